using Vagus.Fhir.Store;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Charts;

/// <summary>
/// Keeps the charts current by the log: each version of a record that charts are made of, and each event that no record tells again. The
/// rows, the kept events and the cursor are one commit.
/// </summary>
internal sealed class KeepCharts(ChartWriter writer) : LogConsumer
{
    public const string ConsumerName = "charts";

    private static readonly HashSet<string> Writes =
        new(StringComparer.Ordinal) { "resource.created", "resource.updated", "resource.deleted" };

    public override string Name => ConsumerName;

    /// <summary>Of which events charts are made.</summary>
    public static readonly IReadOnlySet<string> Made =
        Writes.Union(JournalEvent.Types).Union(ForeignFacts.Types).ToHashSet(StringComparer.Ordinal);

    public override IReadOnlySet<string>? Types => Made;

    public override async ValueTask Apply(IReadOnlyList<LoggedEvent> events, WriteTransaction write, CancellationToken cancel)
    {
        var set = await ChartSet.Serving(write, write.Tenant, cancel) ?? await Begin(write, cancel);
        var versions = await Versions(events, write, cancel);
        var written = events.Where(logged => Writes.Contains(logged.Type)).Select(RecordOf).ToHashSet();
        foreach (var logged in events)
        {
            if (versions.TryGetValue(logged.Position, out var version)) await Take(write, set, version, cancel);
            else if (await IsTold(logged, written, write, cancel)) await Take(write, set, JournalEvent.Of(logged), cancel);
        }

        var last = events[^1].Position;
        if (set is not null && last > set.Position) await set.Move(write, last, cancel);
    }

    /// <summary>
    /// The first events of a tenant. A log from its first event on makes the charts; one whose beginning is gone leaves them to be built
    /// from the records' versions, and until then there are none.
    /// </summary>
    private static async ValueTask<ChartSet?> Begin(WriteTransaction write, CancellationToken cancel)
    {
        var oldest = await write.QueryOne(OldestOfLog, [write.Tenant.Value], row => row.GetInt64(0), cancel);
        if (oldest <= 1) return await ChartSet.Create(write, serving: true, cancel);
        if (await ChartSet.Building(write, write.Tenant, cancel) is null) await ChartSet.Create(write, serving: false, cancel);
        return null;
    }

    private async ValueTask Take(WriteTransaction write, ChartSet? set, RecordVersion version, CancellationToken cancel)
    {
        if (set is null) return;
        // An event that was parked comes after later ones. What it would say is over where its record has been written again.
        if (version.Position <= set.Position && !await RecordVersions.IsNewest(write, write.Tenant, version, cancel)) return;
        await writer.Apply(write, set, version, cancel);
    }

    /// <summary>
    /// An event that no record tells. One about a record is told by the record's versions where it is here; most come right behind them.
    /// </summary>
    private static async ValueTask<bool> IsTold(
        LoggedEvent logged, HashSet<(string, string)?> written, WriteTransaction write, CancellationToken cancel)
    {
        if (JournalEvent.Types.Contains(logged.Type)) return true;
        if (!ForeignFacts.Types.Contains(logged.Type) || RecordOf(logged) is not { } record || written.Contains(record)) return false;
        return await RecordVersions.Find(write, write.Tenant, record.Type, record.Id, logged.Position, cancel) is null;
    }

    private static (string Type, string Id)? RecordOf(LoggedEvent logged) =>
        logged.Resource?.Split('/') is [var type, var id, ..] ? (type, id) : null;

    private static async ValueTask Take(WriteTransaction write, ChartSet? set, JournalEvent told, CancellationToken cancel)
    {
        if (set is { } known && told.Position <= known.Position && await JournalEvent.IsKept(write, told.Position, cancel)) return;
        told.Keep(write);
        if (set is not null) await ChartWriter.Apply(write, set, told, cancel);
    }

    private static async ValueTask<Dictionary<long, RecordVersion>> Versions(
        IReadOnlyList<LoggedEvent> events, WriteTransaction write, CancellationToken cancel)
    {
        List<long> wanted = [.. events.Where(IsOfChart).Select(logged => logged.Position)];
        if (wanted.Count == 0) return [];
        var found = await RecordVersions.Between(write, write.Tenant, wanted[0], wanted[^1], cancel);
        var asked = wanted.ToHashSet();
        return found.Where(version => asked.Contains(version.Position)).ToDictionary(version => version.Position);
    }

    private static bool IsOfChart(LoggedEvent logged) =>
        Writes.Contains(logged.Type) && logged.Resource?.Split('/')[0] is { } type && RecordFacts.Types.Contains(type);

    private static readonly Statement OldestOfLog = new("""
        select oldest
        from log_head
        where tenant_id = @tenant_id
        """);
}
