using Microsoft.AspNetCore.WebUtilities;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Bundles;

/// <summary>A search that decides what a write does: a conditional reference, an If-None-Exist, or what stands in place of an id.</summary>
internal sealed record Condition(string Type, string Query)
{
    /// <summary>True where it is one identifier with its system, or one id: an index answers it, however much there is.</summary>
    public bool IsLookUp
    {
        get
        {
            var parameters = 0;
            foreach (var pair in new QueryStringEnumerable(Query))
            {
                if (++parameters > 1 || !IsOne(pair.DecodeName().Span, pair.DecodeValue().Span)) return false;
            }

            return parameters == 1;
        }
    }

    /// <summary>
    /// The ids of the matches, at most so many; a refusal when there are more (412, R4 §3.1.0.8.1). What the transaction
    /// deletes (<paramref name="deleted"/>, ids by type) matches nothing: R4 §3.1.0.11.2 deletes first.
    /// </summary>
    public async ValueTask<Result<IReadOnlyList<string>>> Find(
        FhirCall call, FhirReads reads, IReadOnlyDictionary<string, HashSet<string>> deleted, int most)
    {
        var gone = deleted.GetValueOrDefault(Type, []);
        var found = await reads.Find(call, Type, Query, atMost: most + 1 + gone.Count);
        if (found.Refusal is { } refused) return refused;
        var matches = found.Value.Where(id => !gone.Contains(id)).Take(most + 1).ToList();
        return matches.Count > most ? FhirRefusals.SeveralMatches : matches;
    }

    // A comma is between several values, and behind a backslash '|' belongs to the value.
    private static bool IsOne(ReadOnlySpan<char> name, ReadOnlySpan<char> value) =>
        !value.ContainsAny(',', '\\')
            && (name is "_id" || (name is "identifier" && value.IndexOf('|') is var bar && bar > 0 && bar < value.Length - 1));

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

    /// <summary>What decides about the entry, or null.</summary>
    public static Condition? Of(BundleEntry entry)
    {
        if (entry.IsConditional) return new Condition(entry.Type, entry.Query ?? "");
        return entry is { Method: "POST", IfNoneExist: { } query } ? OfIfNoneExist(entry.Type, query) : null;
    }
}
