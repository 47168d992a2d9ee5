using Vagus.Storage.Migrations;

namespace Vagus.Messaging;

/// <summary>The tables of this room. Texts that people typed are in columns <c>sealed_…</c> only.</summary>
internal static class MessagingMigrations
{
    public static readonly Migration[] All =
    [
        new(400, "threads and messages", """
            create table messaging_thread (
              tenant_id text not null,
              thread_id text not null,
              kind text not null,
              patient_id text,
              category text,
              priority text not null,
              status text not null,
              assigned_to text,
              team text,
              pool text,
              members text not null,
              created_by text not null,
              created_at bigint not null,
              last_sequence bigint not null,
              last_note bigint not null,
              last_message_at bigint not null,
              waiting_since bigint,
              version bigint not null,
              sealed_subject bytea,
              sealed_preview bytea,
              primary key (tenant_id, thread_id)
            );
            create index messaging_thread_recent on messaging_thread (tenant_id, last_message_at, thread_id);
            create index messaging_thread_patient on messaging_thread (tenant_id, patient_id, last_message_at) where patient_id is not null;
            create table messaging_member (
              tenant_id text not null,
              name text not null,
              thread_id text not null,
              primary key (tenant_id, name, thread_id)
            );
            create table messaging_message (
              tenant_id text not null,
              thread_id text not null,
              sequence bigint not null,
              message_id text not null,
              sender_id text not null,
              sender_role text not null,
              sender_name text not null,
              recipient_id text,
              recipients text not null,
              sent_at bigint not null,
              read_at bigint,
              status text not null,
              sealed_reason bytea,
              client_message_id text,
              context_type text,
              context_id text,
              sealed_content bytea not null,
              primary key (tenant_id, thread_id, sequence)
            );
            create unique index messaging_message_id on messaging_message (tenant_id, message_id);
            create unique index messaging_message_client on messaging_message (tenant_id, sender_id, client_message_id)
              where client_message_id is not null;
            create index messaging_message_context on messaging_message (tenant_id, context_type, context_id, sent_at)
              where context_id is not null;
            create table messaging_mark (
              tenant_id text not null,
              thread_id text not null,
              user_id text not null,
              read_sequence bigint not null,
              read_note bigint not null,
              read_at bigint not null,
              reader_role text not null,
              primary key (tenant_id, thread_id, user_id)
            );
            create table messaging_note (
              tenant_id text not null,
              thread_id text not null,
              number bigint not null,
              note_id text not null,
              author_id text not null,
              author_role text not null,
              added_at bigint not null,
              after_sequence bigint not null,
              mentions text not null,
              client_message_id text,
              sealed_content bytea not null,
              primary key (tenant_id, thread_id, number)
            );
            create unique index messaging_note_client on messaging_note (tenant_id, author_id, client_message_id)
              where client_message_id is not null;
            create table messaging_attachment (
              tenant_id text not null,
              file_id text not null,
              thread_id text not null,
              item_id text not null,
              of_note boolean not null,
              place bigint not null,
              primary key (tenant_id, file_id)
            );
            create index messaging_attachment_item on messaging_attachment (tenant_id, item_id, place);
            """),
    ];
}
