using Vagus.Storage.Migrations;

namespace Vagus.Identity;

/// <summary>The tables of this room. Tenants and users came in one step, which is among those of Access.</summary>
internal static class IdentityMigrations
{
    public static readonly Migration[] All =
    [
        new(101, "sessions and refresh tokens", """
            create table access_session (
              tenant_id text not null,
              session_id text not null,
              user_id text not null,
              role text not null,
              client text not null,
              user_agent text not null,
              address text not null,
              started_at bigint not null,
              seen_at bigint not null,
              expires_at bigint not null,
              ended_at bigint,
              ended_why text,
              primary key (tenant_id, session_id)
            );
            create index access_session_user on access_session (tenant_id, user_id, started_at);
            create index access_session_ended on access_session (ended_at, session_id) where ended_at is not null;
            create index access_session_expires on access_session (expires_at);
            create table access_refresh (
              tenant_id text not null,
              token_hash text not null,
              session_id text not null,
              client_hash text not null,
              parent_hash text,
              issued_at bigint not null,
              idle_expires_at bigint not null,
              expires_at bigint not null,
              used_at bigint,
              successor_hash text,
              successor_sealed bytea,
              primary key (tenant_id, token_hash)
            );
            create index access_refresh_token on access_refresh (token_hash);
            create index access_refresh_expires on access_refresh (expires_at);
            create index access_refresh_sealed on access_refresh (used_at) where successor_sealed is not null;
            """),
        new(102, "signing keys", """
            create table access_signing_key (
              kid text primary key,
              state text not null,
              since bigint not null,
              private_key bytea not null
            );
            create unique index access_signing_key_one on access_signing_key (state) where state <> 'retired';
            """),
        new(103, "proxies", """
            create table access_proxy (
              tenant_id text not null,
              user_id text not null,
              patient_id text not null,
              granted_at bigint not null,
              primary key (tenant_id, user_id, patient_id)
            );
            """),
    ];
}
