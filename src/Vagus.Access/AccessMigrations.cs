using Vagus.Access.Audit;
using Vagus.Access.Audit.Checkpoints;
using Vagus.Storage.Migrations;

namespace Vagus.Access;

/// <summary>The tables of this room; the users' table is read and written by Vagus.Identity.</summary>
internal static class AccessMigrations
{
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
    ];
}
