using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Records;

/// <summary>The records that refer to others: all of them, since sums and states are made of them.</summary>
internal static class RelatedRecords
{
    private const int AtOnce = 100;
    private const int PageSize = 200;
    private const int MostPages = 25;

    // A turn holds the tenant's writes: what one record has beside it is bounded.
    private const int MostWithin = 500;

    private static readonly Refusal TooMany = new(
        RefusalKind.Unprocessable, "too_costly", "More belongs to these records than one answer looks at. Ask for fewer of them.");

    /// <param name="call">Who asks: what the caller may not read is not there.</param>
    /// <param name="type">The type that refers.</param>
    /// <param name="parameter">The search parameter of the reference.</param>
    /// <param name="references">What is referred to: <c>Claim/1</c>.</param>
    public static async ValueTask<Result<List<FhirRecord>>> Of(
        RecordCall call, string type, string parameter, IEnumerable<string> references)
    {
        var all = new List<FhirRecord>();
        foreach (var some in references.Distinct(StringComparer.Ordinal).Chunk(AtOnce))
        {
            string? cursor = null;
            for (var pages = 0; pages == 0 || cursor is not null; pages++)
            {
                if (pages == MostPages) return TooMany;
                var page = await call.Search(type, $"{parameter}={string.Join(',', some)}&_count={PageSize}", cursor);
                if (page.Refusal is { } refusal) return refusal;
                all.AddRange(page.Value.Items);
                cursor = page.Value.Cursor;
            }
        }

        return all;
    }

    /// <summary>
    /// Within a turn those that the caller sees, and where its role may not change the type, all: a decision must not be made as if they
    /// were not there.
    /// </summary>
    public static async ValueTask<Result<List<FhirRecord>>> Within(RecordTurn turn, string type, string query)
    {
        var found = await turn.Decide(type, query, MostWithin);
        if (found.Refusal is { } refusal) return refusal;
        var seen = new List<FhirRecord>();
        foreach (var record in found.Value)
        {
            var current = await turn.Current(type, record.Id);
            if (!current.IsRefused) seen.Add(current.Value);
            else if (current.Refusal is { Kind: RefusalKind.Forbidden }) seen.Add(record);
        }

        return seen;
    }

    /// <summary>
    /// Within a turn all of them, also those that the caller does not see: a sum of money is what it is. Nothing of them is shown.
    /// </summary>
    public static ValueTask<Result<IReadOnlyList<FhirRecord>>> Known(RecordTurn turn, string type, string query) =>
        turn.Decide(type, query, MostWithin);
}
