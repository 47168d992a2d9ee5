using Vagus.Fhir.Http;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Search.Sql;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Bundles;

/// <summary>A search that decides what a transaction does: a conditional reference, or an If-None-Exist.</summary>
internal sealed record Condition(string Type, string Query)
{
    /// <summary>
    /// The one match as <c>Type/id</c>, null when there is none, a refusal when there are several (412, R4 §3.1.0.8.1). What the
    /// transaction deletes (<paramref name="deleted"/>, ids by type) matches nothing: R4 §3.1.0.11.2 deletes first.
    /// </summary>
    public async ValueTask<Result<string?>> Find(
        IRunQueries queries, FhirRequest request, IReadOnlyDictionary<string, HashSet<string>> deleted, CancellationToken cancel)
    {
        if (request.RefuseRead(Type) is { } forbidden) return forbidden;
        var gone = deleted.GetValueOrDefault(Type, []);
        var search = ReadSearch.RunCondition(Type, Query, request, matches: 2 + gone.Count);
        if (search.Refusal is { } malformed) return malformed;
        if (search.Value.Criteria.Count == 0) return FhirRefusals.Invalid("A condition needs at least one search parameter.");
        // Which resource it is will do; its body stays where it is.
        var found = await SelectPage.Run(queries, request.Reach, search.Value, new BodyBudget(0), cancel);
        return found.Where(match => !gone.Contains(match.Id)).Take(2).ToList() switch
        {
            [] => (string?)null,
            [var only] => $"{only.Type}/{only.Id}",
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
