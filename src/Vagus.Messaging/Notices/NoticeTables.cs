using Vagus.Storage.Migrations;

namespace Vagus.Messaging.Notices;

/// <summary>Threads in which a patient's side has something to read, and when their senders are told that it was not.</summary>
internal static class NoticeTables
{
    public static readonly Migration[] All =
    [
        // due_at is null once the senders were told; the row goes when nothing is unread any more.
        new(440, "unread messages to patients", """
            create table messaging_unread (
              tenant_id text not null,
              thread_id text not null,
              due_at bigint,
              told_at bigint,
              unread_since bigint not null,
              primary key (tenant_id, thread_id)
            );
            create index messaging_unread_due on messaging_unread (due_at) where due_at is not null;
            -- Of messages from before there were notices nobody is told.
            insert into log_cursor (tenant_id, consumer, position) select tenant_id, 'message-notices', position from log_head;
            """),
    ];
}
