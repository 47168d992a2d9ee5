using Vagus.Access.Audit;
using Vagus.Access.Audit.Checkpoints;
using Vagus.Storage.Migrations;
using Vagus.Storage.Moving;

namespace Vagus.Access;

/// <summary>The tables of this room; the users' table is read and written by Vagus.Identity.</summary>
internal static class AccessMigrations
{
    /// <summary>What a move of a tenant does not take as it is.</summary>
    public static readonly MovedTable[] Moved =
    [
        .. CheckpointTables.Moved,
        new("audit_head") { Order = MoveOrder.Last },
        new("access_tenant") { Order = MoveOrder.Last },
    ];

    public static readonly Migration[] All =
    [
        new(100, "tenants and users", """
            create table access_tenant (
              tenant_id text primary key,
              name text not null,
              created_at bigint not null
            );
            create table access_tenant_setting (
              tenant_id text not null,
              name text not null,
              body text not null,
              changed_at bigint not null,
              primary key (tenant_id, name)
            );
            create table access_user (
              tenant_id text not null,
              user_id text not null,
              door text not null,
              email text not null,
              email_key text not null,
              display_name text not null,
              role text not null,
              patient_id text,
              practitioner_id text,
              sees_sensitive boolean not null,
              password_hash text not null,
              disabled boolean not null,
              created_at bigint not null,
              primary key (tenant_id, user_id),
              unique (tenant_id, door, email_key)
            );
            create index access_user_email on access_user (email_key, door, tenant_id);
            """),
        .. AuditTables.All,
        .. CheckpointTables.All,
        new(120, "destroyed keys", """
            create table access_destroyed_key (
              tenant_id text not null,
              key_id text not null,
              scope_type text not null,
              scope_id text not null,
              decided_at bigint not null,
              primary key (tenant_id, key_id)
            );
            """),
        // The permission of before is that for every category.
        new(160, "labels that a user may see", """
            alter table access_user add column labels bigint not null default 0;
            update access_user set labels = 9223372036854775807 where sees_sensitive;
            alter table access_user drop column sees_sensitive;
            """),
        // Behind the tables of moves and those of the audit.
        ClearedAudit.Step,
    ];
}
