using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vagus.Access.Visibility;
using Vagus.Fhir.Live;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>
/// A part of the log, ready to be shown. <paramref name="NarrowedAt"/> is the last position of the whole log at which somebody lost sight
/// of a resource.
/// </summary>
internal sealed record LogPage(IReadOnlyList<FeedEvent> Events, long NarrowedAt);

/// <summary>What of a page is read beside its events.</summary>
/// <param name="Contents">The contents of resources.</param>
/// <param name="Searched">The types of which the changes are read, for those who keep searches of them open.</param>
internal sealed record PageWants(bool Contents, IReadOnlySet<string> Searched);

/// <summary>
/// Reads pages of the log for the tail and for replays alike: rows, the contents that are asked for and, where something was narrowed after
/// the first row, how everything that the page tells of stands now, in one query. In the ordinary case there is no such query.
/// </summary>
internal sealed partial class LogPages(
    EventLog log, ResourceVersions contents, ChangedResources changed, ResourcesNow now, TenantPolicies visibilities,
    IEnumerable<ILiveNamespace> features, ILogger<LogPages> logger)
{
    private readonly ILiveNamespace[] features = [.. features];

    /// <summary>The tenant's own word on who sees what; see <see cref="TenantPolicies"/> on its age.</summary>
    public ValueTask<TenantPolicy> VisibilityOf(TenantId tenant, CancellationToken cancel) => visibilities.Of(tenant, cancel);

    /// <param name="tenant">Whose log.</param>
    /// <param name="after">The position before the page.</param>
    /// <param name="limit">How many events at most; fewer mean that the reader has caught up.</param>
    /// <param name="wants">Asked when the rows are there: what somebody wants beside the events.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async ValueTask<LogPage> Read(TenantId tenant, long after, int limit, Func<PageWants> wants, CancellationToken cancel)
    {
        var rows = await log.Read(tenant, after, limit, cancel);
        if (rows.Count == 0) return new LogPage([], 0);

        var facts = new PageFacts(await visibilities.Of(tenant, cancel));
        var wanted = wants();
        if (wanted.Contents && rows.Exists(row => row.Type.StartsWith(ResourceEvent.Family, StringComparison.Ordinal)))
        {
            facts = facts with { Contents = await contents.Between(tenant, rows[0].Position, rows[^1].Position, cancel) };
        }

        facts = facts with { Told = await ToldOf(tenant, rows, cancel) };
        var narrowedAt = rows[^1].NarrowedAt;
        if (rows[0].Position < narrowedAt)
        {
            var asked = rows.TakeWhile(row => row.Position < narrowedAt).SelectMany(EventFactsReader.AskedFor).ToHashSet();
            facts = facts with { Now = await now.Of(tenant, asked, cancel) };
        }

        if (wanted.Searched.Count > 0)
        {
            var moves = await changed.Of(tenant, rows, wanted.Searched, facts.Now, cancel);
            facts = facts with { Searched = wanted.Searched, Moves = moves };
        }

        return new LogPage(rows.ConvertAll(row => Read(row, row.Position < narrowedAt ? facts : facts with { Now = null })), narrowedAt);
    }

    private async ValueTask<Dictionary<string, IReadOnlyDictionary<string, LiveTold>>?> ToldOf(
        TenantId tenant, List<LoggedEvent> rows, CancellationToken cancel)
    {
        Dictionary<string, IReadOnlyDictionary<string, LiveTold>>? told = null;
        foreach (var feature in features)
        {
            var events = rows.Where(row => feature.Types.Contains(row.Type)).Select(FactOf).OfType<LiveFact>().ToList();
            if (events.Count == 0) continue;
            var read = await feature.Tell(tenant, events, cancel);
            (told ??= new(StringComparer.Ordinal)).Add(feature.Name, read);
        }

        return told;
    }

    // Data that is no JSON object is told nowhere, and must not stop what comes after it.
    private static LiveFact? FactOf(LoggedEvent row)
    {
        try
        {
            var data = JsonElement.Parse(row.Body);
            return data.ValueKind == JsonValueKind.Object ? new LiveFact(row.EventId, row.Type, data) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private FeedEvent Read(LoggedEvent row, PageFacts facts)
    {
        var read = FeedEvent.Of(row, facts);
        if (read.IsUnreadable) Log.Unreadable(logger, row.Tenant.Value, row.Position);
        return read;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Tenant {Tenant}: the event at {Position} is no JSON object; it is passed over")]
        public static partial void Unreadable(ILogger logger, string tenant, long position);
    }
}
