using Vagus.Storage.Backups;
using Vagus.Storage.Migrations;
using Vagus.Storage.Moving;
using Vagus.Storage.Sql;

namespace Vagus.Identity;

/// <summary>The tables of this room. Tenants and users came in one step, which is among those of Access.</summary>
internal static class IdentityMigrations
{
    /// <summary>What a move of a tenant does not take as it is.</summary>
    public static readonly MovedTable[] Moved =
    [
        new("access_signing_key") { Stays = "Tokens are those of an installation." },
        new("access_push_key") { Stays = "Push services know an installation by it." },
        new("access_forgotten") { Stays = "Requests that are answered within minutes, of people who are in no organization yet." },
        new("access_app_assertion") { Where = "app_id in (select a.app_id from access_app a where a.tenant_id = @tenant_id)" },
    ];

    /// <summary>
    /// Sockets are closed and access tokens refused; the sessions go on by their refresh tokens where the tenant is served.
    /// </summary>
    public static readonly SwitchStep EndSessions = new(new Statement("""
        update access_session
        set ended_at = @ended_at, ended_why = 'tenant_moved'
        where tenant_id = @tenant_id
          and ended_at is null
        """));

    /// <summary>
    /// Of what was ended, spent or voided after a backup the backup does not know. Nothing that lets somebody in lives on over a restore
    /// but what people know and carry: passwords, second factors, secrets.
    /// </summary>
    public static readonly RestoreStep[] Restored =
    [
        new("access_session", "sessions ended", new Statement("""
            update access_session
            set ended_at = @ended_at, ended_why = 'ended_by_operator'
            where ended_at is null
              or ended_why = 'tenant_moved'
            """)),
        new("access_one_time", "invitations and links voided", new Statement("""
            update access_one_time
            set used_at = @used_at
            where used_at is null
            """)),
    ];

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
        new(130, "mail to be sent", """
            create table access_mail (
              mail_id text primary key,
              tenant_id text not null,
              kind text not null,
              recipient text not null,
              sealed_token bytea,
              queued_at bigint not null,
              give_up_at bigint not null,
              due_at bigint not null,
              attempts bigint not null
            );
            create index access_mail_due on access_mail (due_at, mail_id);
            """),
        new(131, "one-time tokens and requests for them", """
            alter table access_user add column security_version bigint not null default 0;
            alter table access_user add column email_verified_at bigint;
            update access_user set email_verified_at = created_at;
            create table access_one_time (
              token_hash text primary key,
              tenant_id text not null,
              purpose text not null,
              subject text not null,
              email text not null,
              by_mail boolean not null,
              security_version bigint not null,
              tries bigint not null,
              issued_at bigint not null,
              expires_at bigint not null,
              used_at bigint
            );
            create index access_one_time_subject on access_one_time (tenant_id, purpose, subject, issued_at);
            create index access_one_time_expires on access_one_time (expires_at);
            create table access_forgotten (
              door text not null,
              email_key text not null,
              tenant_key text not null,
              due_at bigint not null,
              primary key (door, email_key, tenant_key)
            );
            create index access_forgotten_due on access_forgotten (due_at);
            create index access_user_patient on access_user (tenant_id, patient_id) where patient_id is not null;
            """),
        new(132, "terms of proxies", """
            alter table access_proxy add column relationship text not null default 'other';
            alter table access_proxy add column from_at bigint;
            alter table access_proxy add column until_at bigint;
            alter table access_proxy add column granted_by text;
            create index access_proxy_patient on access_proxy (tenant_id, patient_id);
            """),
        new(133, "secrets of service accounts", """
            create table access_service_secret (
              tenant_id text not null,
              user_id text not null,
              secret_id text not null,
              secret_hash text not null,
              created_at bigint not null,
              created_by text,
              expires_at bigint,
              primary key (tenant_id, user_id, secret_id)
            );
            """),
        new(134, "tickets for connections", """
            create table access_ticket (
              ticket_hash text primary key,
              tenant_id text not null,
              session_id text not null,
              expires_at bigint not null,
              admitted_until bigint not null
            );
            create index access_ticket_session on access_ticket (tenant_id, session_id);
            create index access_ticket_expires on access_ticket (expires_at);
            """),
        new(140, "time-outs and proofs of a session", """
            alter table access_session add column authenticated_at bigint not null default 0;
            alter table access_session add column methods text not null default 'pwd';
            alter table access_session add column idle_limit bigint not null default 0;
            alter table access_session add column ends_at bigint not null default 0;
            update access_session set authenticated_at = started_at, ends_at = expires_at;
            create index access_session_ends on access_session (ends_at) where ended_at is null;
            """),
        new(141, "second factors", """
            create table access_factor (
              tenant_id text not null,
              factor_id text not null,
              user_id text not null,
              kind text not null,
              name text not null,
              created_at bigint not null,
              confirmed_at bigint,
              last_used_at bigint,
              seed bytea,
              last_step bigint,
              credential_id text,
              public_key bytea,
              sign_count bigint,
              primary key (tenant_id, factor_id)
            );
            create index access_factor_user on access_factor (tenant_id, user_id);
            create unique index access_factor_credential on access_factor (credential_id) where credential_id is not null;
            create table access_recovery_code (
              tenant_id text not null,
              user_id text not null,
              code_hash text not null,
              made_at bigint not null,
              used_at bigint,
              primary key (tenant_id, user_id, code_hash)
            );
            create table access_factor_tries (
              tenant_id text not null,
              user_id text not null,
              since bigint not null,
              tries bigint not null,
              primary key (tenant_id, user_id)
            );
            create table access_challenge (
              tenant_id text not null,
              challenge_hash text not null,
              user_id text not null,
              purpose text not null,
              session_id text,
              state text,
              created_at bigint not null,
              expires_at bigint not null,
              used_at bigint,
              primary key (tenant_id, challenge_hash)
            );
            create index access_challenge_hash on access_challenge (challenge_hash);
            create index access_challenge_user on access_challenge (tenant_id, user_id, purpose, created_at);
            create index access_challenge_expires on access_challenge (expires_at);
            create table access_factor_reset (
              tenant_id text not null,
              user_id text not null,
              asked_by text not null,
              asked_at bigint not null,
              due_at bigint not null,
              primary key (tenant_id, user_id)
            );
            create index access_factor_reset_due on access_factor_reset (due_at);
            """),
        new(142, "people of other issuers", """
            create table access_link (
              tenant_id text not null,
              issuer text not null,
              subject text not null,
              user_id text not null,
              linked_at bigint not null,
              primary key (tenant_id, issuer, subject)
            );
            create index access_link_user on access_link (tenant_id, user_id);
            """),
        .. OAuth.AppTables.All,
        new(161, "break-glass", """
            create table access_break_glass (
              tenant_id text not null,
              glass_id text not null,
              session_id text not null,
              user_id text not null,
              role text not null,
              patient_id text not null,
              purpose text not null,
              medical_emergency boolean not null,
              reason bytea not null,
              begun_at bigint not null,
              ends_at bigint not null,
              ended_at bigint,
              ended_why text,
              changed_at bigint not null,
              reviewed_at bigint,
              reviewed_by text,
              verdict text,
              note bytea,
              primary key (tenant_id, glass_id)
            );
            create unique index access_break_glass_open on access_break_glass (tenant_id, session_id, patient_id) where ended_at is null;
            create index access_break_glass_ends on access_break_glass (ends_at) where ended_at is null;
            create index access_break_glass_changed on access_break_glass (changed_at);
            create index access_break_glass_review on access_break_glass (begun_at) where reviewed_at is null;
            """),
        new(170, "keys of devices", """
            alter table access_user add column device_key_version bigint not null default 0;
            """),
        // What was granted before is in use: it counts as confirmed.
        new(171, "grants of proxies that wait for a second person", """
            alter table access_proxy add column confirmed_at bigint;
            alter table access_proxy add column confirmed_by text;
            update access_proxy set confirmed_at = granted_at;
            """),
        new(172, "secrets that opened sessions", """
            alter table access_session add column secret_id text;
            """),
        .. Queue.QueueTables.All,
        .. Notices.NoticeTables.All,
    ];
}
