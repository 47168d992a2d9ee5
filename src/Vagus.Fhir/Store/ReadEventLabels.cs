using System.Text.Json;
using Vagus.Access.Visibility;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Fhir.Store;

/// <summary>
/// The labels of events as their resources stand now. The rows may have waited since they were read, so the log is asked anew where
/// something was narrowed last; where that is before them, there is no further query.
/// </summary>
internal sealed class ReadEventLabels(EventLog log, ResourcesNow resources) : IReadEventLabels
{
    // Labels are read from the columns of a row and from its resources.
    private static readonly JsonElement NoData = JsonElement.Parse("{}");

    public async ValueTask<IReadOnlyList<EventLabels>> Of(TenantId tenant, IReadOnlyList<LoggedEvent> rows, CancellationToken cancel)
    {
        var narrowedAt = (await log.Extent(tenant, cancel)).NarrowedAt;
        var asked = rows.Where(row => row.Position < narrowedAt).SelectMany(EventFactsReader.AskedFor).ToHashSet();
        var now = await resources.Of(tenant, asked, cancel);
        return [.. rows.Select(row => LabelsOf(row, row.Position < narrowedAt ? now : null))];
    }

    private static EventLabels LabelsOf(LoggedEvent row, Dictionary<AskedResource, ResourceNow>? now)
    {
        var facts = EventFactsReader.Read(row, change: null, NoData, now);
        return new EventLabels(facts.Whole.Labels, facts.Open.Labels);
    }
}
