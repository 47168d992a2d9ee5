using Vagus.Storage.Migrations;

namespace Vagus.Access.Vault.Keys;

/// <summary>The tables of the keys' own database.</summary>
internal static class KeyMigrations
{
    public static readonly Migration[] All =
    [
        new(121, "keys", """
            create table tenant_key (
              tenant_id text not null,
              version bigint not null,
              provider text not null,
              wrapped bytea,
              state text not null,
              created_at bigint not null,
              wraps bigint not null,
              primary key (tenant_id, version)
            );
            create unique index tenant_key_active on tenant_key (tenant_id) where state = 'active';
            create table data_key (
              key_id text primary key,
              tenant_id text not null,
              scope_type text not null,
              scope_id text not null,
              tenant_key_version bigint not null,
              wrapped bytea,
              state text not null,
              created_at bigint not null,
              used_at bigint not null,
              destroyed_at bigint
            );
            create unique index data_key_active on data_key (tenant_id, scope_type, scope_id) where state = 'active';
            create index data_key_scope on data_key (tenant_id, scope_type, scope_id);
            create index data_key_version on data_key (tenant_id, tenant_key_version, key_id);
            create table legal_hold (
              tenant_id text not null,
              hold_id text not null,
              scope_type text not null,
              scope_id text not null,
              matter text not null,
              placed_at bigint not null,
              released_at bigint,
              primary key (tenant_id, hold_id)
            );
            create table key_retention (
              tenant_id text not null,
              scope_type text not null,
              days bigint not null,
              primary key (tenant_id, scope_type)
            );
            """),
    ];
}
