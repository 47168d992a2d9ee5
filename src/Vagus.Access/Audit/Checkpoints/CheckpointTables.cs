using Vagus.Storage.Migrations;
using Vagus.Storage.Moving;

namespace Vagus.Access.Audit.Checkpoints;

/// <summary>
/// The tables of checkpoints, of the keys that sign them, and of what has been anchored; the README of the audit has their meaning.
/// </summary>
internal static class CheckpointTables
{
    public static readonly Migration[] All =
    [
        new(114, "audit checkpoints", Tables + """
            create trigger audit_checkpoint_changed before update on audit_checkpoint
            when old.note <> new.note or (old.kept and not new.kept)
            begin
              select raise(abort, 'A checkpoint of the audit is never changed.');
            end;
            create trigger audit_checkpoint_removed before delete on audit_checkpoint
            when old.kept
            begin
              select raise(abort, 'A checkpoint that is kept is never removed.');
            end;
            """)
        {
            PostgresScript = Tables + """
                create function audit_refuse_note() returns trigger language plpgsql as $refuse$
                begin
                  if old.note <> new.note or (old.kept and not new.kept) then
                    raise exception 'A checkpoint of the audit is never changed.';
                  end if;
                  return new;
                end $refuse$;
                create function audit_refuse_kept() returns trigger language plpgsql as $refuse$
                begin
                  if old.kept then
                    raise exception 'A checkpoint that is kept is never removed.';
                  end if;
                  return old;
                end $refuse$;
                create trigger audit_checkpoint_changed before update on audit_checkpoint
                  for each row execute function audit_refuse_note();
                create trigger audit_checkpoint_removed before delete on audit_checkpoint
                  for each row execute function audit_refuse_kept();
                create trigger audit_checkpoint_emptied before truncate on audit_checkpoint
                  for each statement execute function audit_refuse();
                """,
        },
    ];

    /// <summary>The keys that have signed a tenant's checkpoints go with it, to be verified by; what signs stays.</summary>
    public static readonly MovedTable[] Moved =
    [
        new("audit_key")
        {
            Where = "key_id in (select c.key_id from audit_checkpoint c where c.tenant_id = @tenant_id)",
            Replaced = new Dictionary<string, object?> { ["secret"] = null, ["active"] = false },
            Remains = true,
        },
    ];

    private const string Tables = """
        create table audit_key (
          key_id text primary key,
          public_key bytea not null,
          secret bytea,
          since bigint not null,
          active boolean not null
        );
        create unique index audit_key_active on audit_key (active) where active;
        create table audit_checkpoint (
          tenant_id text not null,
          size bigint not null,
          key_id text not null,
          signed_at bigint not null,
          note text not null,
          bridge boolean not null,
          kept boolean not null,
          primary key (tenant_id, size, key_id)
        );
        create index audit_checkpoint_passing on audit_checkpoint (tenant_id, signed_at) where not kept;
        create index audit_checkpoint_bridge on audit_checkpoint (signed_at) where bridge;
        create table audit_anchor (
          tenant_id text not null,
          sink text not null,
          size bigint not null,
          anchored_at bigint not null,
          primary key (tenant_id, sink)
        );

        """;
}
