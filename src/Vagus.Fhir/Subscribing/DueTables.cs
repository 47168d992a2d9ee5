using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// What is due, of all tenants: the work is the installation's. Read page by page, the longest due first; who has no place to be sent from
/// now is left out, so it stands in no one's way.
/// </summary>
internal static class DueTables
{
    /// <summary>Rows from before have none until their next attempt.</summary>
    public static readonly Migration Step = new(254, "receivers of subscriptions", """
        alter table subscription_state add column receiver text;
        """);

    /// <summary>Which subscriptions no value narrows down; those from before count when they are written again.</summary>
    public static readonly Migration Broad = new(255, "broad subscriptions", """
        alter table subscription_state add column broad boolean not null default false;
        """);

    public static readonly Statement Due = Where("attempts = 0");

    /// <summary>Those whose receiver has failed and is tried again.</summary>
    public static readonly Statement DueAgain = Where("attempts > 0");

    private static Statement Where(string condition) => ListSql.With(list => $"""
        select {SubscriptionRow.Columns}
        from subscription_state
        where due_at <= @now
          and {condition}
          and (due_at, tenant_id, subscription_id) > (@after_due, @after_tenant, @after_id)
          and tenant_id not in ({list("full_tenants")})
          and coalesce(tenant_id || ' ' || receiver, '') not in ({list("full_receivers")})
          and {NotStopped.Sql}
        order by due_at, tenant_id, subscription_id
        limit @limit
        """);
}
