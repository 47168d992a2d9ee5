using Vagus.Storage.Migrations;

namespace Vagus.Identity.Queue;

/// <summary>The table of deliveries, which takes over the mails that waited before there were other channels.</summary>
internal static class QueueTables
{
    public static readonly Migration[] All =
    [
        new(164, "deliveries", """
            create table access_delivery (
              delivery_id text primary key,
              tenant_id text not null,
              user_id text,
              channel text not null,
              kind text not null,
              about text not null,
              recipient text not null,
              sealed_token bytea,
              queued_at bigint not null,
              give_up_at bigint not null,
              due_at bigint not null,
              planned boolean not null,
              attempts bigint not null,
              leased_until bigint,
              cancelled_at bigint,
              ended_at bigint,
              outcome text
            );
            create index access_delivery_due on access_delivery (channel, due_at, delivery_id) where ended_at is null;
            create unique index access_delivery_waiting on access_delivery (tenant_id, user_id, channel, kind, about, recipient)
              where ended_at is null and cancelled_at is null and user_id is not null;
            create index access_delivery_about on access_delivery (tenant_id, kind, about) where ended_at is null;
            create index access_delivery_ended on access_delivery (ended_at) where ended_at is not null;
            insert into access_delivery
              (delivery_id, tenant_id, channel, kind, about, recipient, sealed_token, queued_at, give_up_at, due_at, planned, attempts)
            select mail_id, tenant_id, 'email', kind, '', recipient, sealed_token, queued_at, give_up_at, due_at, false, attempts
            from access_mail;
            drop table access_mail;
            """),
        new(166, "languages of mails", """
            alter table access_delivery add column language text;
            """),
        // An attempt that is under way tells of nothing that comes after its claim: that waits in a row of its own.
        new(173, "deliveries beside attempts", """
            drop index access_delivery_waiting;
            create unique index access_delivery_waiting on access_delivery (tenant_id, user_id, channel, kind, about, recipient)
              where ended_at is null and cancelled_at is null and leased_until is null and user_id is not null;
            """),
    ];
}
