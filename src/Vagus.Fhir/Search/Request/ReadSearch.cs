using Microsoft.AspNetCore.WebUtilities;
using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Search.Request;

/// <summary>
/// Reads the parameters of a search one by one. What cannot be applied is refused, since ignoring it shows more than was asked for; with
/// <c>Prefer: handling=lenient</c> it is left out and said to be (R4 §3.1.1.1).
/// </summary>
internal sealed class ReadSearch(SearchValueParser parser, SearchParameterSet parameters, Reach reach, int largestPage)
{
    private const int MostParameters = 64;
    // Each is a part of the statement; SQLite joins at most five hundred.
    private const int MostAlternatives = 200;
    private const string ListItem = "item";

    /// <summary>AuditEvents are made of the audit, which has an index of its own: no other search reaches them.</summary>
    public const string Apart = "AuditEvent";

    public static readonly Refusal SearchedApart = FhirRefusals.NotSupported("AuditEvents are searched by GET AuditEvent?… only.");

    private static readonly Refusal OnlyFilters = FhirRefusals.NotSupported(
        "Only search parameters that filter are taken here: no _summary, _elements, _include, _revinclude or _cursor.");

    private readonly ReadCondition conditions = new(parser, parameters, reach);

    public static Result<SearchRequest> Run(string type, string query, FhirCall call, int pageSize, int largestPage) =>
        Of(call, largestPage).Run(query, new SearchRequest(type) { Count = pageSize }, call.Handling == Handling.Lenient);

    /// <summary>
    /// The search of a conditional write: unknown parameters are refused, also with <c>handling=lenient</c>, and it has no pages.
    /// </summary>
    public static Result<SearchRequest> RunCondition(string type, string query, FhirCall call, int matches)
    {
        var read = Of(call, largestPage: 1).Run(query, new SearchRequest(type) { Count = matches }, lenient: false);
        if (read.IsRefused) return read;
        return read.Value with { Count = matches, Cursor = null, Order = SearchOrder.Creation, SortKeys = [], Includes = [] };
    }

    /// <summary>
    /// A search whose matches a use case takes as its own: it is read strictly whatever the client prefers, since a criterion that is left
    /// out takes more than was asked for, and shapes nothing.
    /// </summary>
    public static Result<SearchRequest> RunFilter(string type, string query, FhirCall call, int matches)
    {
        var read = Of(call, matches).Run(query, new SearchRequest(type) { Count = matches }, lenient: false);
        if (read.IsRefused) return read;
        return read.Value is { CountOnly: true } or { Includes.Count: > 0 } or { Cursor: not null } or { Subset: not null }
            ? OnlyFilters : read;
    }

    private static ReadSearch Of(FhirCall call, int largestPage) =>
        new(new SearchValueParser(call.Own, call.Clock, call.Parameters), call.Parameters, call.Reach, largestPage);

    private Result<SearchRequest> Run(string query, SearchRequest search, bool lenient)
    {
        var parameters = 0;
        foreach (var pair in new QueryStringEnumerable(query))
        {
            if (++parameters > MostParameters) return FhirRefusals.TooCostly($"A search may have {MostParameters} parameters.");
            var (name, value) = (pair.DecodeName().ToString(), pair.DecodeValue().ToString());
            // PostgreSQL has no such text, and so it matches nothing anywhere.
            if (name.Contains('\0', StringComparison.Ordinal) || value.Contains('\0', StringComparison.Ordinal))
                return FhirRefusals.Invalid("A search value may not hold U+0000.");
            var read = ReadParameter(search, name, value);
            if (read.Refusal is { } refusal)
            {
                if (!lenient || !CannotBeApplied(refusal)) return refusal;
                search = search with { LeftOut = [.. search.LeftOut, refusal.Message] };
                continue;
            }

            search = read.Value;
            if (search.Alternatives > MostAlternatives) return FhirRefusals.TooCostly($"A search may have {MostAlternatives} values.");
        }

        return search;
    }

    private Result<SearchRequest> ReadParameter(SearchRequest search, string name, string value)
    {
        if (ReadResultParameter.Run(search, parameters, reach, name, value, largestPage) is { } shaped) return shaped;
        var condition = name == "_list" ? OfList(value) : conditions.Run(search.Type, name, value);
        if (condition.Refusal is { } refusal) return refusal;
        return search with { Conditions = [.. search.Conditions, condition.Value], Kept = [.. search.Kept, (name, value)] };
    }

    /// <summary>
    /// <c>_list</c>: what a List names, if the caller sees it. Lists that the server works out (<c>$current-problems</c>) there are none.
    /// </summary>
    private Result<SearchCondition> OfList(string value)
    {
        if (!R4.Json.ReferenceText.IsId(value))
            return new Refusal(RefusalKind.Invalid, "unsupported-search-parameter", "_list takes the id of a List.");
        if (!reach.May(ResourceInteractions.Search, "List")) return FhirRefusals.Forbidden;
        var item = R4Definitions.SearchParameter("List", ListItem) ?? throw new InvalidOperationException("List has no items.");
        return new HasCondition("List", item.Id, new IdCondition([value]));
    }

    // A modifier that is not taken is refused whatever the client prefers (R4 §3.1.1.4.6).
    private static bool CannotBeApplied(Refusal refusal) =>
        refusal.Code is "unknown-search-parameter" or "unsupported-search-parameter" or SearchValueParser.Empty;
}
