using Vagus.Storage.Migrations;

namespace Vagus.Identity.OAuth;

/// <summary>The tables of applications that act for users, and what sessions of theirs have more than others.</summary>
internal static class AppTables
{
    public static readonly Migration[] All =
    [
        new(150, "applications", """
            create table access_app (
              app_id text primary key,
              tenant_id text not null,
              name text not null,
              kind text not null,
              scopes text not null,
              redirect_uris text not null,
              launch_url text,
              jwks text,
              jwks_url text,
              secret_hash text,
              created_at bigint not null,
              created_by text,
              disabled boolean not null
            );
            create index access_app_tenant on access_app (tenant_id, app_id);
            alter table access_session add column app_id text;
            alter table access_session add column parent_session text;
            alter table access_session add column renewal bigint;
            create index access_session_app on access_session (tenant_id, app_id, user_id) where app_id is not null;
            create index access_session_parent on access_session (tenant_id, parent_session) where parent_session is not null;
            create table access_app_grant (
              tenant_id text not null,
              session_id text not null,
              scopes text not null,
              patient_id text,
              encounter_id text,
              primary key (tenant_id, session_id)
            );
            create table access_app_assertion (
              app_id text not null,
              jti_hash text not null,
              expires_at bigint not null,
              primary key (app_id, jti_hash)
            );
            create index access_app_assertion_expires on access_app_assertion (expires_at);
            """),
        new(151, "launches and authorization codes", """
            create table access_app_launch (
              handle_hash text primary key,
              tenant_id text not null,
              app_id text not null,
              user_id text not null,
              session_id text not null,
              patient_id text not null,
              encounter_id text,
              expires_at bigint not null,
              used_at bigint
            );
            create index access_app_launch_expires on access_app_launch (expires_at);
            create index access_app_launch_session on access_app_launch (tenant_id, session_id);
            create table access_app_code (
              code_hash text primary key,
              tenant_id text not null,
              app_id text not null,
              user_id text not null,
              scopes text not null,
              patient_id text,
              encounter_id text,
              parent_session text,
              redirect_uri text not null,
              challenge text not null,
              nonce text,
              authenticated_at bigint not null,
              methods text not null,
              expires_at bigint not null,
              used_at bigint,
              session_id text
            );
            create index access_app_code_expires on access_app_code (expires_at);
            """),
        new(162, "codes of a password that was changed", """
            alter table access_app_code add column security_version bigint not null default 0;
            """),
        // Grants go with their sessions from now on; these lost theirs before.
        new(163, "grants without a session", """
            delete from access_app_grant
            where not exists (
              select 1
              from access_session s
              where s.tenant_id = access_app_grant.tenant_id
                and s.session_id = access_app_grant.session_id
            );
            """),
    ];
}
