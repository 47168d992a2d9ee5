using System.Diagnostics.Metrics;
using Vagus.Fhir.Store.Index;

namespace Vagus.Fhir.Store;

/// <summary>
/// Counts under the meter <c>Vagus.Fhir</c>. Rows are counted when they are added to the transaction: those of a write that is undone
/// count as well, and those of one that runs again count twice.
/// </summary>
internal static class IndexMetrics
{
    private static readonly Meter Meter = new("Vagus.Fhir");

    private static readonly Counter<long> Rows =
        Meter.CreateCounter<long>("vagus.fhir.index_rows", "{row}", "Search values written to the index, by kind");

    public static void Wrote(IndexKind kind, int rows)
    {
        if (rows > 0 && Rows.Enabled) Rows.Add(rows, new KeyValuePair<string, object?>("kind", kind.Label));
    }
}
