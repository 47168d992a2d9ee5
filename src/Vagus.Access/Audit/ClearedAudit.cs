using Vagus.Storage.Migrations;

namespace Vagus.Access.Audit;

/// <summary>
/// Rows of the audit may go where their tenant is served by another installation, which has them all, or where a move was given up before
/// its switch: while <c>tenant_stop</c> says that they are being removed. Everywhere else the triggers refuse as before.
/// </summary>
internal static class ClearedAudit
{
    private const string IsCleared =
        "exists (select 1 from tenant_stop s where s.tenant_id = old.tenant_id and s.state = 'clearing')";

    public static readonly Migration Step = new(182, "audits of tenants that moved", $"""
        drop trigger audit_entry_removed;
        drop trigger audit_tile_removed;
        drop trigger audit_checkpoint_removed;
        create trigger audit_entry_removed before delete on audit_entry
        when (old.recorded_at > (unixepoch() - {AuditTables.FloorSeconds}) * 1000000
          or old.idx >= (select oldest from audit_head where tenant_id = old.tenant_id))
          and not {IsCleared}
        begin
          select raise(abort, 'An entry of the audit is removed by its retention only.');
        end;
        create trigger audit_tile_removed before delete on audit_tile
        when not {IsCleared}
        begin
          select raise(abort, 'A tile of the audit is never removed.');
        end;
        create trigger audit_checkpoint_removed before delete on audit_checkpoint
        when old.kept and not {IsCleared}
        begin
          select raise(abort, 'A checkpoint that is kept is never removed.');
        end;
        """)
    {
        PostgresScript = $"""
            create or replace function audit_refuse_young() returns trigger language plpgsql as $refuse$
            begin
              if (old.recorded_at > (extract(epoch from now())::bigint - {AuditTables.FloorSeconds}) * 1000000
                or old.idx >= (select oldest from audit_head where tenant_id = old.tenant_id))
                and not {IsCleared} then
                raise exception 'An entry of the audit is removed by its retention only.';
              end if;
              return old;
            end $refuse$;
            create or replace function audit_refuse_kept() returns trigger language plpgsql as $refuse$
            begin
              if old.kept and not {IsCleared} then
                raise exception 'A checkpoint that is kept is never removed.';
              end if;
              return old;
            end $refuse$;
            create function audit_refuse_tile() returns trigger language plpgsql as $refuse$
            begin
              if not {IsCleared} then
                raise exception 'The audit is never changed.';
              end if;
              return old;
            end $refuse$;
            drop trigger audit_tile_removed on audit_tile;
            create trigger audit_tile_removed before delete on audit_tile
              for each row execute function audit_refuse_tile();
            """,
    };
}
