using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// The rows of what subscriptions asked for, and topics were, before they were changed: what happened before a change is judged by them
/// wherever it is judged, until the log has forgotten it.
/// </summary>
internal static class FormerTables
{
    public static readonly Migration Step = new(253, "what subscriptions asked for before", """
        create table subscription_former (
          tenant_id text not null,
          subscription_id text not null,
          until bigint not null,
          body text not null,
          changed_at bigint not null,
          primary key (tenant_id, subscription_id, until)
        );
        create index subscription_former_until on subscription_former (tenant_id, until);
        create index subscription_former_age on subscription_former (changed_at);
        create table subscription_topic_former (
          tenant_id text not null,
          topic_id text not null,
          until bigint not null,
          body text,
          changed_at bigint not null,
          primary key (tenant_id, topic_id, until)
        );
        create index subscription_topic_former_until on subscription_topic_former (tenant_id, until);
        create index subscription_topic_former_age on subscription_topic_former (changed_at);
        """);

    /// <summary>The body of a span in which a subscription was off: it asked for nothing.</summary>
    public const string Nothing = "";

    public static readonly Statement Keep = new("""
        insert into subscription_former (tenant_id, subscription_id, until, body, changed_at)
        values (@tenant_id, @subscription_id, @until, @body, @changed_at)
        on conflict do nothing
        """);

    /// <summary>The topic as its row has it; null: there was none until then.</summary>
    public static readonly Statement KeepTopic = new("""
        insert into subscription_topic_former (tenant_id, topic_id, until, body, changed_at)
        values (@tenant_id, @topic_id, @until, (
          select body from subscription_topic where tenant_id = @tenant_id and topic_id = @topic_id), @changed_at)
        on conflict do nothing
        """);

    public static readonly Statement Delete = new("""
        delete from subscription_former
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
        """);

    /// <summary>What held at a position of the log, and from there up to its change.</summary>
    public static readonly Statement PlansSince = new("""
        select subscription_id, until, body
        from subscription_former
        where tenant_id = @tenant_id
          and until >= @position
        order by subscription_id, until
        """);

    public static readonly Statement TopicsSince = new("""
        select topic_id, until, body
        from subscription_topic_former
        where tenant_id = @tenant_id
          and until >= @position
        order by topic_id, until
        """);

    /// <summary>Topics as they are, with the end of time.</summary>
    public static readonly Statement Topics = new("""
        select topic_id, cast(9223372036854775807 as bigint), body
        from subscription_topic
        where tenant_id = @tenant_id
        order by topic_id
        """);

    public static readonly Statement OldTenants = new("""
        select tenant_id
        from subscription_former
        where changed_at < @before
        union
        select tenant_id
        from subscription_topic_former
        where changed_at < @before
        order by tenant_id
        """);

    public static readonly Statement Forget = new("""
        delete from subscription_former
        where tenant_id = @tenant_id
          and changed_at < @before
        """);

    public static readonly Statement ForgetTopics = new("""
        delete from subscription_topic_former
        where tenant_id = @tenant_id
          and changed_at < @before
        """);
}
