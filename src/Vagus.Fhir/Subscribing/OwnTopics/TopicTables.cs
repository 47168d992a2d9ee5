using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Subscribing.OwnTopics;

/// <summary>
/// The rows of topics that are applied, and who follows them. What a row says, the resource says; it is gone with the topic.
/// </summary>
internal static class TopicTables
{
    public static readonly Migration Step = new(251, "topics of organizations", """
        create table subscription_topic (
          tenant_id text not null,
          topic_id text not null,
          url text not null,
          body text not null,
          primary key (tenant_id, topic_id)
        );
        create unique index subscription_topic_url on subscription_topic (tenant_id, url);
        alter table subscription_state add column topic_id text;
        create index subscription_state_topic on subscription_state (tenant_id, topic_id) where topic_id is not null;
        """);

    /// <summary>The topic that a row of <c>subscription_state</c> follows, as a column of it; null: none, or it is gone.</summary>
    public const string Followed = """
        (select t.body from subscription_topic t
           where t.tenant_id = subscription_state.tenant_id and t.topic_id = subscription_state.topic_id)
        """;

    public static readonly Statement Named = new("""
        select topic_id, body
        from subscription_topic
        where tenant_id = @tenant_id
          and url = @url
        """);

    public static readonly Statement Others = new("""
        select count(*)
        from subscription_topic
        where tenant_id = @tenant_id
          and topic_id <> @topic_id
        """);

    public static readonly Statement Keep = new("""
        insert into subscription_topic (tenant_id, topic_id, url, body)
        values (@tenant_id, @topic_id, @url, @body)
        on conflict (tenant_id, topic_id) do update
        set url = excluded.url, body = excluded.body
        """);

    public static readonly Statement Remove = new("""
        delete from subscription_topic
        where tenant_id = @tenant_id
          and topic_id = @topic_id
        """);

    public static readonly Statement Followers = new($"""
        select {SubscriptionRow.Columns}
        from subscription_state
        where tenant_id = @tenant_id
          and topic_id = @topic_id
          and not deleted
          and status in ('requested', 'active')
        order by subscription_id
        """);

    /// <summary>Those who follow a topic are read anew from this place of the log on.</summary>
    public static readonly Statement Changed = new("""
        update subscription_state
        set position = @position
        where tenant_id = @tenant_id
          and topic_id = @topic_id
          and not deleted
        """);

    /// <summary>The sender is to look at these at once, whatever is under way.</summary>
    public static readonly Statement Lost = ListSql.With(list => $"""
        update subscription_state
        set held = false, due_at = @now
        where tenant_id = @tenant_id
          and subscription_id in ({list("ids")})
        """);
}
