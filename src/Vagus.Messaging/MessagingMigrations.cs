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
        new(401, "due dates, snoozes and labels of threads", """
            alter table messaging_thread add column preview_sequence bigint not null default 0;
            alter table messaging_thread add column due_at bigint;
            alter table messaging_thread add column due_left bigint;
            alter table messaging_thread add column overdue_at bigint;
            alter table messaging_thread add column snoozed_until bigint;
            alter table messaging_thread add column labels text not null default '';
            alter table messaging_thread add column auto_replied_at bigint;
            update messaging_thread set preview_sequence = last_sequence;
            create index messaging_thread_due on messaging_thread (due_at) where due_at is not null and overdue_at is null;
            create index messaging_thread_snoozed on messaging_thread (snoozed_until) where snoozed_until is not null;
            """),
        // Canned responses hold nothing of any patient, so their texts lie here as they are.
        new(402, "canned responses", """
            create table messaging_canned (
              tenant_id text not null,
              canned_id text not null,
              owner_id text not null,
              created_by text,
              title text not null,
              content text not null,
              category text,
              shortcode text,
              usage_count bigint not null,
              version bigint not null,
              changed_at bigint not null,
              deleted_at bigint,
              primary key (tenant_id, canned_id)
            );
            create unique index messaging_canned_shortcode on messaging_canned (tenant_id, owner_id, lower(shortcode))
              where shortcode is not null and deleted_at is null;
            """),
        new(403, "drafts", """
            create table messaging_draft (
              tenant_id text not null,
              user_id text not null,
              kind text not null,
              thread_id text not null,
              sealed_content bytea not null,
              version bigint not null,
              changed_at bigint not null,
              primary key (tenant_id, user_id, kind, thread_id)
            );
            """),
        new(404, "messages that wait for their time", """
            create table messaging_held (
              tenant_id text not null,
              message_id text not null,
              thread_id text not null,
              author_id text not null,
              from_patient boolean not null,
              due_at bigint not null,
              accepted_at bigint not null,
              stopped_by text,
              client_message_id text,
              thread_status text,
              attachments text not null,
              sealed_content bytea not null,
              primary key (tenant_id, message_id)
            );
            create index messaging_held_due on messaging_held (due_at, message_id) where stopped_by is null;
            create index messaging_held_author on messaging_held (tenant_id, author_id, due_at);
            create unique index messaging_held_client on messaging_held (tenant_id, author_id, client_message_id)
              where client_message_id is not null;
            """),
        new(405, "threads that users follow", """
            create table messaging_follow (
              tenant_id text not null,
              user_id text not null,
              thread_id text not null,
              primary key (tenant_id, user_id, thread_id)
            );
            """),
        new(406, "notes by their ids", """
            create unique index messaging_note_id on messaging_note (tenant_id, note_id);
            """),
        new(407, "threads by what they are filtered by", """
            drop index messaging_thread_patient;
            create index messaging_thread_patient on messaging_thread (tenant_id, patient_id, last_message_at, thread_id)
              where patient_id is not null;
            create index messaging_thread_status on messaging_thread (tenant_id, status, last_message_at, thread_id);
            create index messaging_thread_category on messaging_thread (tenant_id, category, last_message_at, thread_id);
            create index messaging_thread_priority on messaging_thread (tenant_id, priority, last_message_at, thread_id);
            create index messaging_thread_assigned on messaging_thread (tenant_id, assigned_to, last_message_at, thread_id);
            create index messaging_thread_overdue on messaging_thread (tenant_id, last_message_at, thread_id)
              where overdue_at is not null;
            create index messaging_thread_labelled on messaging_thread (tenant_id, last_message_at, thread_id) where labels <> '';
            create index messaging_thread_asleep on messaging_thread (tenant_id, last_message_at, thread_id)
              where snoozed_until is not null;
            """),
        new(408, "waiting messages that begin threads", """
            alter table messaging_held add column patient_id text;
            alter table messaging_held add column category text;
            alter table messaging_held add column priority text;
            alter table messaging_held add column sealed_subject bytea;
            """),
        new(409, "due dates that are worked out anew", """
            alter table messaging_thread add column due_used bigint;
            alter table messaging_thread add column due_since bigint;
            create table messaging_dated (
              tenant_id text primary key,
              dated_by text not null,
              going_to text,
              up_to text not null
            );
            """),
        new(410, "threads whose retention has ended", """
            alter table messaging_thread add column erasing_at bigint;
            alter table messaging_thread add column kept_until bigint;
            create index messaging_thread_erasing on messaging_thread (tenant_id, thread_id) where erasing_at is not null;
            create index messaging_held_thread on messaging_held (tenant_id, thread_id);
            create index messaging_draft_thread on messaging_draft (tenant_id, thread_id);
            create index messaging_follow_thread on messaging_follow (tenant_id, thread_id);
            create index messaging_attachment_thread on messaging_attachment (tenant_id, thread_id);
            """),
        // Filled with more than is unread: what is, is asked of the marks.
        new(411, "threads in which readers are behind", """
            create table messaging_behind (
              tenant_id text not null,
              reader text not null,
              thread_id text not null,
              primary key (tenant_id, reader, thread_id)
            );
            create index messaging_behind_thread on messaging_behind (tenant_id, thread_id);
            create index messaging_thread_unclosed on messaging_thread (tenant_id, category, status, thread_id) where status <> 'closed';
            insert into messaging_behind (tenant_id, reader, thread_id)
            select k.tenant_id, k.user_id, k.thread_id
            from messaging_mark k
            join messaging_thread t on t.tenant_id = k.tenant_id and t.thread_id = k.thread_id
            where k.read_sequence < t.last_sequence or k.read_note < t.last_note
            union
            select m.tenant_id, m.name, m.thread_id
            from messaging_member m
            join messaging_thread t on t.tenant_id = m.tenant_id and t.thread_id = m.thread_id
            where m.name not like 'role:%' or not (t.status = 'closed' or (t.pool is not null and t.assigned_to is not null))
            union
            select tenant_id, assigned_to, thread_id
            from messaging_thread
            where assigned_to is not null
            union
            select n.tenant_id, u.user_id, n.thread_id
            from messaging_note n
            join (select distinct tenant_id, user_id from messaging_mark) u on u.tenant_id = n.tenant_id
              and replace(' ' || n.mentions || ' ', ' ' || u.user_id || ' ', '') <> ' ' || n.mentions || ' '
            where n.mentions <> '';
            """),
        new(412, "threads that a stand-in has", """
            alter table messaging_thread add column covered_for text;
            create index messaging_thread_covered on messaging_thread (tenant_id, covered_for, thread_id) where covered_for is not null;
            """),
        new(413, "threads of a team", """
            create index messaging_thread_team on messaging_thread (tenant_id, team, last_message_at, thread_id) where team is not null;
            """),
        new(414, "through whose hands threads went", """
            create table messaging_assignment (
              tenant_id text not null,
              thread_id text not null,
              version bigint not null,
              at bigint not null,
              by_user text,
              assigned_to text,
              team text,
              primary key (tenant_id, thread_id, version)
            );
            """),
        new(415, "threads of a pool", """
            create index messaging_thread_pool on messaging_thread (tenant_id, pool, last_message_at, thread_id) where pool is not null;
            """),
        new(416, "direct threads that were erased", """
            create table messaging_direct_erased (
              tenant_id text not null,
              first_id text not null,
              times bigint not null,
              primary key (tenant_id, first_id)
            );
            """),
        new(421, "answers that may be taken back yet", """
            alter table messaging_held add column in_undo boolean not null default false;
            create index messaging_held_undo on messaging_held (tenant_id, thread_id) where in_undo = true and stopped_by is null;
            """),
        new(423, "readers of earlier messages", """
            create table messaging_readers_past (
              tenant_id text not null,
              thread_id text not null,
              primary key (tenant_id, thread_id)
            );
            insert into messaging_readers_past (tenant_id, thread_id) select tenant_id, thread_id from messaging_thread;
            """),
        new(424, "threads that somebody has", """
            create index messaging_thread_taken on messaging_thread (tenant_id, thread_id) where assigned_to is not null and status <> 'closed';
            """),
    ];
}
