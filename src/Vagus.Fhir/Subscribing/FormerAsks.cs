using System.Data.Common;
using Vagus.Fhir.Subscribing.OwnTopics;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Fhir.Subscribing;

/// <summary>What a subscription asks for between two places of the log.</summary>
/// <param name="Plan">Its filters.</param>
/// <param name="Topic">The organization's topic that it follows, as it is then; null: it follows none.</param>
/// <param name="Since">What lies behind this position counts.</param>
/// <param name="Until">What lies behind this position does not.</param>
internal sealed record AskedSpan(SubscriptionPlan Plan, string? Topic, long Since, long Until);

/// <summary>
/// What subscriptions of one tenant asked for, and what topics were, at the places of the log from one on. Each process reads the same
/// rows, so each decides the same of an event, also after a restart.
/// </summary>
internal sealed class FormerAsks
{
    public static readonly FormerAsks None = new([], []);
    private readonly ILookup<string, Former> plans;
    private readonly ILookup<string, Former> topics;

    private FormerAsks(IReadOnlyList<Former> plans, IReadOnlyList<Former> topics) => (this.plans, this.topics) =
        (plans.ToLookup(each => each.Id, StringComparer.Ordinal), topics.ToLookup(each => each.Id, StringComparer.Ordinal));

    /// <summary>
    /// Read behind the rows of subscriptions, and topics before what they were: a change between two of these reads is seen as a span that
    /// ends, and its subscriptions are read anew with the next page.
    /// </summary>
    public static async ValueTask<FormerAsks> Read(Database database, TenantId tenant, long from, CancellationToken cancel)
    {
        var now = await database.Query(FormerTables.Topics, [tenant.Value], Former.Of, cancel);
        var topics = await database.Query(FormerTables.TopicsSince, [tenant.Value, from], Former.Of, cancel);
        return new FormerAsks(
            await database.Query(FormerTables.PlansSince, [tenant.Value, from], Former.Of, cancel), [.. topics, .. now]);
    }

    /// <summary>In the order of the log; where it was off, or its topic was not there or did not take it, there is a hole.</summary>
    public IEnumerable<AskedSpan> SpansOf(SubscriptionRow row)
    {
        var since = row.Since;
        foreach (var former in plans[row.Id].Where(each => each.Until > row.Since))
        {
            foreach (var span in SpansOf(SubscriptionRow.PlanOf(former.Body), since, former.Until)) yield return span;
            since = former.Until;
        }

        if (row.Status == SubscriptionBody.Off) yield break;
        foreach (var span in SpansOf(row.Plan, since, long.MaxValue)) yield return span;
    }

    private IEnumerable<AskedSpan> SpansOf(SubscriptionPlan plan, long since, long until)
    {
        if (ReferenceEquals(plan, SubscriptionPlan.None)) yield break;
        if (plan.OwnTopic is not { } id)
        {
            yield return new AskedSpan(plan, Topic: null, since, until);
            yield break;
        }

        foreach (var version in topics[id].SkipWhile(each => each.Until <= since))
        {
            var end = Math.Min(until, version.Until);
            if (version.Body is { } body && TopicPlan.Find(body)?.Suits(plan) == true) yield return new AskedSpan(plan, body, since, end);
            since = end;
            if (since == until) yield break;
        }
    }

    private sealed record Former(string Id, long Until, string? Body)
    {
        public static Former Of(DbDataReader row) => new(row.GetString(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetString(2));
    }
}
