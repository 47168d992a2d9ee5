using System.Globalization;
using Vagus.Fhir.Live;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Fhir.Subscribing.OwnTopics;
using Vagus.Storage.Log;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// What the reader of a subscription may be told of changes of resources, as rights and labels stand now; and what goes with them where the
/// topic asks for it: the resources that the focus refers to, as they are now and as far as the reader may read them.
/// </summary>
internal sealed class ChangeEvents(ChangedResources changes, FhirReads reads)
{
    private const int MostContext = 16;
    private const int IdsAtOnce = 100;

    /// <summary>By position; what may not be told is not in the answer.</summary>
    public async ValueTask<Dictionary<long, ShownEvent>> Read(
        FhirCall call, SubscriptionRow subscription, List<LoggedEvent> logged, Dictionary<AskedResource, ResourceNow> now)
    {
        var types = logged.Select(TypeOf).ToHashSet(StringComparer.Ordinal);
        var moves = await changes.Of(subscription.Tenant, logged, types, now, call.Cancel);
        var told = new List<LoggedEvent>();
        foreach (var ofType in logged.GroupBy(TypeOf, StringComparer.Ordinal))
        {
            if (SearchOf(subscription.Plan, ofType.Key).Read(call) is not { IsRefused: false, Value: var search }) continue;
            var reached = search.Within(call.Reach);
            var mayBeTold = ofType.Where(row => moves.TryGetValue(row.Position, out var move) && reached.MayTell(move)).ToList();
            told.AddRange(reached.AsksValues ? await ThoseInReachNow(call, mayBeTold, moves) : mayBeTold);
        }

        var asked = told.ToDictionary(row => row.Position, row => ContextOf(subscription, moves[row.Position]));
        var context = await reads.OfEvents(call, asked.Values.SelectMany(each => each));
        return told.ToDictionary(
            row => row.Position,
            row => new ShownEvent(row.Patients, FocusOf(row, moves[row.Position]))
            {
                Context = [.. asked[row.Position].Select(each => context.GetValueOrDefault(each)).OfType<StoredResource>()
                    .Where(each => !each.Deleted).Select(each => each with { Interaction = "GET" })],
            });
    }

    /// <summary>
    /// Of a resource that has lost the values which a scope asks for, nothing of before is shown, as older versions are not elsewhere.
    /// What was deleted has no values any more, and its deletion is told by what it was.
    /// </summary>
    private async ValueTask<List<LoggedEvent>> ThoseInReachNow(
        FhirCall call, List<LoggedEvent> told, Dictionary<long, ResourceMove> moves)
    {
        var within = new HashSet<string>(StringComparer.Ordinal);
        var ids = told.Select(row => moves[row.Position].After?.Id).OfType<string>().Distinct();
        foreach (var some in ids.Chunk(IdsAtOnce))
        {
            var found = await reads.Find(call, TypeOf(told[0]), $"_id={string.Join(',', some)}", some.Length);
            if (!found.IsRefused) within.UnionWith(found.Value);
        }

        return told.FindAll(row => moves[row.Position].After is not { } after || within.Contains(after.Id));
    }

    /// <summary>What was counted before the filters named another type is told by the rights to its own.</summary>
    private static SubscriptionPlan SearchOf(SubscriptionPlan plan, string type) => type == plan.Type ? plan : plan with { Search = $"{type}?" };

    private static string TypeOf(LoggedEvent row) => row.Resource?.Split('/')[0] ?? "";

    private static List<AskedResource> ContextOf(SubscriptionRow subscription, ResourceMove move)
    {
        if (subscription.Topic is not { } topic || move.After is not { } after) return [];
        var plan = TopicPlan.Read(topic);
        var parameters = plan.Includes.Select(code => R4Definitions.SearchParameter(plan.Type, code)?.Id).ToHashSet();
        return
        [
            .. after.Values.References.Where(reference => parameters.Contains(reference.Parameter))
                .Where(reference => reference is { Type: not null, Id: not null })
                .Select(reference => new AskedResource(reference.Type ?? "", reference.Id ?? "", 0)).Distinct().Take(MostContext),
        ];
    }

    private static StoredResource FocusOf(LoggedEvent row, ResourceMove move)
    {
        var state = move.After ?? move.Before ?? throw new InvalidOperationException("A change has a version.");
        var isFirst = move.Before is null;
        return new StoredResource
        {
            Type = state.Facts.Type,
            Id = state.Id,
            Version = VersionOf(row),
            UpdatedAt = row.OccurredAt,
            Position = row.Position,
            Body = move.Content,
            Interaction = move.After is null ? "DELETE" : isFirst ? "POST" : "PUT",
            Rid = row.Position,
            Labels = state.Facts.Labels,
            Created = isFirst,
        };
    }

    private static long VersionOf(LoggedEvent row) =>
        row.Resource?.Split('/') is [_, _, _, var version] ? long.Parse(version, CultureInfo.InvariantCulture) : 0;
}
