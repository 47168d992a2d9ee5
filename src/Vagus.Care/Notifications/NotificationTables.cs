using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;

namespace Vagus.Care.Notifications;

/// <summary>What people were told of, one row for each person.</summary>
internal static class NotificationTables
{
    public static readonly Migration[] All =
    [
        // done_at is for what is tracked: null until somebody did what it waits for.
        new(302, "notifications", """
            create table care_notification (
              tenant_id text not null,
              user_id text not null,
              notification_id text not null,
              seen_as text not null,
              source bytea not null,
              content bytea not null,
              open_content bytea,
              tracks text,
              created_at bigint not null,
              seen_at bigint,
              read_at bigint,
              done_at bigint,
              primary key (tenant_id, user_id, notification_id)
            );
            create index care_notification_unread on care_notification (tenant_id, user_id, notification_id) where read_at is null;
            create index care_notification_tracked on care_notification (tenant_id, tracks) where done_at is null and tracks is not null;
            create index care_notification_age on care_notification (created_at);
            -- Nobody is told today of what was there before.
            insert into log_cursor (tenant_id, consumer, position) select tenant_id, 'notifications', position from log_head;
            """),
        // Where its event stands in the log: null for those of before.
        new(354, "positions of notifications", """
            alter table care_notification add column position bigint;
            """),
    ];

    public static readonly InsertInto Rows = new(
        "care_notification", ("tenant_id", ColumnType.Text), ("user_id", ColumnType.Text), ("notification_id", ColumnType.Text),
        ("seen_as", ColumnType.Text), ("source", ColumnType.Bytes), ("content", ColumnType.Bytes), ("open_content", ColumnType.Bytes),
        ("tracks", ColumnType.Text), ("created_at", ColumnType.BigInt), ("position", ColumnType.BigInt));
}
