using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;

namespace Vagus.Access.Files;

/// <summary>The table of files: the row is the truth. What a store holds without a row is an orphan.</summary>
internal static class FileTables
{
    public static readonly Migration[] All =
    [
        new(180, "files", """
            create table access_file (
              tenant_id text not null,
              file_id text not null,
              store text not null,
              patient_id text,
              owner_id text not null,
              size bigint not null,
              content_type text not null,
              state text not null,
              sealed_facts bytea not null,
              labels bigint not null,
              released boolean not null,
              bound_to text,
              created_at bigint not null,
              scan_after bigint not null,
              primary key (tenant_id, file_id)
            );
            create index access_file_pending on access_file (scan_after) where state = 'pending';
            create index access_file_unbound on access_file (created_at) where bound_to is null;
            create table access_file_use (
              tenant_id text primary key,
              bytes bigint not null
            );
            """),
        new(181, "files of a resource", """
            create index access_file_bound on access_file (tenant_id, bound_to) where bound_to is not null;
            """),
        new(187, "files that resources name", """
            create table access_file_naming (
              tenant_id text not null,
              file_id text not null,
              resource text not null,
              patients text not null,
              labels bigint not null,
              released boolean not null,
              stands boolean not null,
              primary key (tenant_id, file_id, resource)
            );
            create index access_file_naming_resource on access_file_naming (tenant_id, resource);
            alter table access_file add column withdrawn boolean not null default false;
            """),
        // The resources themselves are another room's, and on a new database they have no tables yet.
        new(188, "files that resources named before", """
            create table access_file_past (
              tenant_id text primary key,
              type text not null,
              rid bigint not null,
              version bigint not null
            );
            insert into access_file_past (tenant_id, type, rid, version)
            select tenant_id, '', 0, 0 from access_tenant;
            """),
    ];

    public static readonly InsertInto Rows = new(
        "access_file",
        ("tenant_id", ColumnType.Text), ("file_id", ColumnType.Text), ("store", ColumnType.Text), ("patient_id", ColumnType.Text),
        ("owner_id", ColumnType.Text), ("size", ColumnType.BigInt), ("content_type", ColumnType.Text), ("state", ColumnType.Text),
        ("sealed_facts", ColumnType.Bytes), ("labels", ColumnType.BigInt), ("released", ColumnType.Boolean), ("bound_to", ColumnType.Text),
        ("created_at", ColumnType.BigInt), ("scan_after", ColumnType.BigInt));
}
