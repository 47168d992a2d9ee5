using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Bundles;

/// <summary>A search that decides what a transaction does: a conditional reference, or an If-None-Exist.</summary>
internal sealed record Condition(string Type, string Query)
{
    /// <summary>
    /// The id of the one match, null when there is none, a refusal when there are several (412, R4 §3.1.0.8.1). What the transaction
    /// deletes (<paramref name="deleted"/>, ids by type) matches nothing: R4 §3.1.0.11.2 deletes first.
    /// </summary>
    public async ValueTask<Result<string?>> Find(
        FhirCall call, FhirReads reads, IReadOnlyDictionary<string, HashSet<string>> deleted)
    {
        var gone = deleted.GetValueOrDefault(Type, []);
        var found = await reads.Find(call, Type, Query, atMost: 2 + gone.Count);
        if (found.Refusal is { } refused) return refused;
        return found.Value.Where(id => !gone.Contains(id)).Take(2).ToList() switch
        {
            [] => (string?)null,
            [var only] => only,
            _ => FhirRefusals.SeveralMatches,
        };
    }

    public static Condition OfReference(string reference)
    {
        var mark = reference.IndexOf('?', StringComparison.Ordinal);
        return new Condition(reference[..mark], reference[(mark + 1)..]);
    }

    /// <summary>If-None-Exist holds a query, with or without the '?' or the type before it.</summary>
    public static Condition OfIfNoneExist(string type, string query)
    {
        var mark = query.IndexOf('?', StringComparison.Ordinal);
        return new Condition(type, mark < 0 ? query : query[(mark + 1)..]);
    }
}
