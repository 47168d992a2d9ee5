using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;

namespace Vagus.Access.Audit;

/// <summary>The tables of the audit logs; the README beside has their meaning.</summary>
internal static class AuditTables
{
    public static readonly InsertInto Entries = new(
        "audit_entry",
        ("tenant_id", ColumnType.Text),
        ("idx", ColumnType.BigInt),
        ("recorded_at", ColumnType.BigInt),
        ("body", ColumnType.Bytes));

    public static readonly Migration[] All =
    [
        new(110, "audit logs", $$"""
            create table audit_head (
              tenant_id text primary key,
              size bigint not null,
              frontier bytea not null,
              recorded_at bigint not null,
              oldest bigint not null
            );
            create table audit_entry (
              tenant_id text not null,
              idx bigint not null,
              recorded_at bigint not null,
              body bytea not null,
              primary key (tenant_id, idx)
            ) without rowid;
            create table audit_tile (
              tenant_id text not null,
              level bigint not null,
              number bigint not null,
              hashes bytea not null,
              primary key (tenant_id, level, number)
            );
            create trigger audit_entry_changed before update on audit_entry
            begin
              select raise(abort, 'An entry of the audit is never changed.');
            end;
            create trigger audit_entry_removed before delete on audit_entry
            when old.recorded_at > (unixepoch() - {{FloorSeconds}}) * 1000000
              or old.idx >= (select oldest from audit_head where tenant_id = old.tenant_id)
            begin
              select raise(abort, 'An entry of the audit is removed by its retention only.');
            end;
            create trigger audit_tile_removed before delete on audit_tile
            begin
              select raise(abort, 'A tile of the audit is never removed.');
            end;
            """)
        {
            PostgresScript = $$"""
                create table audit_head (
                  tenant_id text primary key,
                  size bigint not null,
                  frontier bytea not null,
                  recorded_at bigint not null,
                  oldest bigint not null
                );
                create table audit_entry (
                  tenant_id text not null,
                  idx bigint not null,
                  recorded_at bigint not null,
                  body bytea not null,
                  primary key (tenant_id, idx)
                );
                create table audit_tile (
                  tenant_id text not null,
                  level bigint not null,
                  number bigint not null,
                  hashes bytea not null,
                  primary key (tenant_id, level, number)
                );
                create function audit_refuse() returns trigger language plpgsql as $refuse$
                begin
                  raise exception 'The audit is never changed.';
                end $refuse$;
                create function audit_refuse_young() returns trigger language plpgsql as $refuse$
                begin
                  if old.recorded_at > (extract(epoch from now())::bigint - {{FloorSeconds}}) * 1000000
                    or old.idx >= (select oldest from audit_head where tenant_id = old.tenant_id) then
                    raise exception 'An entry of the audit is removed by its retention only.';
                  end if;
                  return old;
                end $refuse$;
                create trigger audit_entry_changed before update on audit_entry
                  for each row execute function audit_refuse();
                create trigger audit_entry_removed before delete on audit_entry
                  for each row execute function audit_refuse_young();
                create trigger audit_entry_emptied before truncate on audit_entry
                  for each statement execute function audit_refuse();
                create trigger audit_tile_removed before delete on audit_tile
                  for each row execute function audit_refuse();
                create trigger audit_tile_emptied before truncate on audit_tile
                  for each statement execute function audit_refuse();
                """,
        },
        new(111, "index of the audit", IndexScript.Replace(";--", " without rowid;", StringComparison.Ordinal))
        {
            PostgresScript = IndexScript.Replace(";--", ";", StringComparison.Ordinal),
        },
    ];

    // Not a part of the log: it can be dropped and made again from the entries.
    private const string IndexScript = """
        create table audit_term (
          tenant_id text not null,
          kind text not null,
          value text not null,
          bundle bigint not null,
          primary key (tenant_id, kind, value, bundle)
        );--
        create table audit_indexed (
          tenant_id text primary key,
          bundles bigint not null
        );
        """;

    // Six years of 365 days (45 CFR 164.316(b)(2)(i)); no setting removes what is younger.
    internal const string FloorSeconds = "189216000";
}
