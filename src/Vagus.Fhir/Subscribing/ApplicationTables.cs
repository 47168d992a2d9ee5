using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Subscribing;

/// <summary>What the rows of subscriptions hold of the applications that have made them.</summary>
internal static class ApplicationTables
{
    public static readonly Migration Step = new(256, "subscriptions of applications", """
        alter table subscription_state add column app_id text;
        alter table subscription_state add column app_scopes text;
        alter table subscription_state add column app_patient text;
        alter table subscription_state add column app_session text;
        create index subscription_state_app on subscription_state (tenant_id, subscription_id) where app_id is not null;
        """);

    /// <summary>Those of all tenants that are not over, page by page.</summary>
    public static readonly Statement Standing = ListSql.With(list => $"""
        select {SubscriptionRow.Columns}
        from subscription_state
        where app_id is not null
          and (tenant_id, subscription_id) > (@after_tenant, @after_id)
          and status <> 'off'
          and not deleted
          and {NotStopped.Sql}
          and tenant_id not in ({list("left_out")})
        order by tenant_id, subscription_id
        limit @limit
        """);

    /// <summary>The sender is to look at it and ends it, as it stood when it was read; what is held is due again by itself.</summary>
    public static readonly Statement LookAt = new("""
        update subscription_state
        set due_at = case when due_at <= @now then due_at else @now end
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
          and position = @position
          and not held
        """);
}
