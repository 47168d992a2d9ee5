using Vagus.Storage.Migrations;

namespace Vagus.Identity.Notices;

/// <summary>What people have chosen, where their browsers are reached, and the key by which push services know this installation.</summary>
internal static class NoticeTables
{
    public static readonly Migration[] All =
    [
        // Phone numbers and subscriptions are sealed under the root key.
        new(165, "preferences and push subscriptions", """
            create table access_preference (
              tenant_id text not null,
              user_id text not null,
              body text not null,
              sealed_phone bytea,
              changed_at bigint not null,
              primary key (tenant_id, user_id)
            );
            create table access_push_subscription (
              subscription_id text primary key,
              tenant_id text not null,
              user_id text not null,
              endpoint_hash text not null unique,
              sealed bytea not null,
              created_at bigint not null
            );
            create index access_push_subscription_user on access_push_subscription (tenant_id, user_id, created_at);
            create table access_push_key (
              key_id text primary key,
              public_key text not null,
              sealed_private bytea not null,
              created_at bigint not null
            );
            alter table access_user add column mail_refused_at bigint;
            """),
    ];
}
