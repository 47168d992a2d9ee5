namespace Vagus.Storage.Migrations;

/// <summary>The tables of the log and of its consumers.</summary>
internal static class StorageMigrations
{
    public static readonly Migration[] All =
    [
        new(1, "log", """
            create table log_head (
              tenant_id text primary key,
              position bigint not null,
              oldest bigint not null
            );
            create table event (
              tenant_id text not null,
              position bigint not null,
              event_id text not null,
              type text not null,
              patient_id text,
              resource text,
              sensitive boolean not null,
              occurred_at bigint not null,
              user_id text,
              portal_type text,
              correlation_id text,
              trace_parent text,
              body bytea not null,
              primary key (tenant_id, position)
            );
            create table log_cursor (
              tenant_id text not null,
              consumer text not null,
              position bigint not null,
              primary key (tenant_id, consumer)
            );
            """),
        new(2, "whom an event concerns", """
            alter table event add column patients text;
            alter table event add column audience text;
            alter table event add column draws text;
            alter table event add column released boolean;
            alter table event add column narrows text;
            alter table event add column open_body bytea;
            alter table log_head add column narrowed_at bigint not null default 0;
            -- Rows from before say less than is asked of them now: all of them are judged by the state of what they are about.
            update log_head set narrowed_at = position + 1;
            """),
        new(3, "durable consumers", """
            create table consumer_node (
              node text primary key,
              beat bigint not null
            );
            create table consumer_lease (
              consumer text primary key,
              node text not null,
              epoch bigint not null,
              installed_at bigint not null
            );
            create table parked_event (
              tenant_id text not null,
              consumer text not null,
              position bigint not null,
              event_id text not null,
              error text not null,
              attempts bigint not null,
              parked_at bigint not null,
              retry boolean not null,
              primary key (tenant_id, consumer, position)
            );
            """),
        // The texts of a new row are in this column; patient_id, patients, resource, user_id, portal_type, correlation_id and trace_parent
        // are those of older rows.
        new(4, "packed events", "alter table event add column packed bytea;"),
        // Null in a row without a label, and in older rows that have one: those count as of every category.
        new(5, "labels of events", "alter table event add column labels bigint;"),
        // How far the leaves of a tenant that lie in a journal's files are in its log.
        new(6, "journals of leaves", """
            create table leaf_journal (
              journal text not null,
              tenant_id text not null,
              folded bigint not null,
              primary key (journal, tenant_id)
            );
            """),
        // Of which tenants nothing is written here, and how far the rows of one have come that is moved to this database.
        new(7, "tenants that move", """
            create table tenant_stop (
              tenant_id text primary key,
              state text not null,
              place text not null,
              move_id text not null,
              shares_keys boolean not null,
              shares_files boolean not null,
              changed_at bigint not null
            );
            create table tenant_arrival (
              tenant_id text not null,
              table_name text not null,
              owner bigint not null,
              last_key text not null,
              row_count bigint not null,
              digest bytea not null,
              done boolean not null,
              primary key (tenant_id, table_name)
            );
            """),
        // One row: by which id stores of files know this installation, and up to which restore of its database an operator has said so.
        new(9, "the installation", """
            create table installation (
              one bigint primary key,
              id text not null,
              floor bigint not null
            );
            """),
    ];
}
