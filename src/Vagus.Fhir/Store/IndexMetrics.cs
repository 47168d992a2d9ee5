using System.Diagnostics.Metrics;
using Vagus.Fhir.R4.Indexing;

namespace Vagus.Fhir.Store;

/// <summary>
/// Counts under the meter <c>Vagus.Fhir</c>. Rows are counted when they are queued for the transaction: those of a write that is undone
/// count as well.
/// </summary>
internal static class IndexMetrics
{
    private static readonly Meter Meter = new("Vagus.Fhir");

    private static readonly Counter<long> Rows =
        Meter.CreateCounter<long>("vagus.fhir.index_rows", "{row}", "Search values written to the index, by kind");

    public static void Wrote(IndexedValues values)
    {
        if (!Rows.Enabled) return;

        Add("token", values.Tokens.Count);
        Add("reference", values.References.Count);
        Add("string", values.Strings.Count);
        Add("date", values.Dates.Count);
    }

    private static void Add(string kind, int rows)
    {
        if (rows > 0) Rows.Add(rows, new KeyValuePair<string, object?>("kind", kind));
    }
}
