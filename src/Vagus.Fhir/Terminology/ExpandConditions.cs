using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Terminology;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Terminology;

/// <summary>
/// Completes a search by the tenant's settings and definitions. Refuses words where the tenant does not index them, and puts codes in place
/// of <c>:in</c>, <c>:not-in</c>, <c>:above</c> and <c>:below</c> (R4 §3.1.1.4.6), wherever in a search they stand. Definitions that are
/// not known here or have too many codes are refused: a search never leaves a modifier out.
/// </summary>
internal static class ExpandConditions
{
    /// <summary>Codes of one value. They stand in the statement.</summary>
    public const int MostCodes = 1_000;

    public static async ValueTask<Result<SearchRequest>> Run(
        IRunQueries queries, FhirCall call, TenantTerminology source, SearchRequest search)
    {
        if (search.Conditions.Any(AsksWords)
            && await FullText.RefuseSearch(queries, call.Caller.Tenant, call.Cancel) is { } off) return off;
        if (search.Uploaded() is { Count: > 0 } uploaded
            && await UploadedParameters.RefuseSearch(queries, call.Caller.Tenant, uploaded, call.Cancel) is { } unready) return unready;
        if (!search.Conditions.Any(Asks)) return search;
        var conditions = new List<SearchCondition>(search.Conditions.Count);
        foreach (var condition in search.Conditions)
        {
            var expanded = await Expand(source, condition);
            if (source.Cut is { } cut) return cut;
            if (expanded.Refusal is { } refused) return refused;
            conditions.Add(expanded.Value);
        }

        return search with { Conditions = conditions };
    }

    private static bool Asks(SearchCondition condition) => Holds(condition, each => each is TerminologyCondition);

    private static bool AsksWords(SearchCondition condition) =>
        Holds(condition, each => each is IndexCondition { Criterion.Kind: SearchKind.Words });

    private static bool Holds(SearchCondition condition, Predicate<SearchCondition> meets) => condition switch
    {
        ChainCondition chain => chain.AnyOf.Any(link => Holds(link.Condition, meets)),
        HasCondition has => Holds(has.Condition, meets),
        _ => meets(condition),
    };

    private static async ValueTask<Result<SearchCondition>> Expand(TenantTerminology source, SearchCondition condition)
    {
        switch (condition)
        {
            case TerminologyCondition asked:
                var codes = await CodesOf(source, asked);
                if (codes.Refusal is { } refused) return refused;
                var term = new TokenSetTerm(codes.Value, asked.HasNoSystem);
                return new IndexCondition(new SearchCriterion(asked.Parameter.Id, asked.Parameter.Code, SearchKind.Token)
                {
                    AnyOf = [term], Negated = asked.Modifier == TerminologyModifier.NotIn,
                });
            case ChainCondition chain:
                var links = new List<ChainLink>();
                foreach (var link in chain.AnyOf)
                {
                    var inner = await Expand(source, link.Condition);
                    if (inner.Refusal is { } unknown) return unknown;
                    links.Add(link with { Condition = inner.Value });
                }

                return new ChainCondition(links);
            case HasCondition has:
                var within = await Expand(source, has.Condition);
                return within.Refusal is { } notKnown ? notKnown : has with { Condition = within.Value };
            default:
                return condition;
        }
    }

    private static async ValueTask<Result<List<CodesOfSystem>>> CodesOf(TenantTerminology source, TerminologyCondition asked)
    {
        var codes = new List<ExpandedCode>();
        foreach (var value in asked.Values)
        {
            var found = asked.Modifier is TerminologyModifier.In or TerminologyModifier.NotIn
                ? await OfValueSet(source, value) : await OfCode(source, asked.Modifier, value);
            if (found.Refusal is { } refused) return AsOfSearch(refused);
            codes.AddRange(found.Value);
            if (codes.Count > MostCodes) return TerminologyRefusals.TooCostly(MostCodes);
        }

        return codes.GroupBy(code => code.System, StringComparer.Ordinal)
            .Select(group => new CodesOfSystem(group.Key, [.. group.Select(code => code.Code).Distinct(StringComparer.Ordinal)])).ToList();
    }

    private static async ValueTask<Result<List<ExpandedCode>>> OfValueSet(TenantTerminology source, string canonical) =>
        await source.ValueSet(canonical) is { } set
            ? await new ExpandValueSet(source, MostCodes).Run(set, source.Cancel) : TerminologyRefusals.Unknown("ValueSet", canonical);

    // A code that the system does not have stands for itself: resources may hold it all the same.
    private static async ValueTask<Result<List<ExpandedCode>>> OfCode(TenantTerminology source, TerminologyModifier modifier, string token)
    {
        var bar = token.LastIndexOf('|');
        var (system, code) = (token[..bar], token[(bar + 1)..]);
        if (await source.CodeSystem(system) is not { } definition) return TerminologyRefusals.Unknown("CodeSystem", system);
        if (!definition.IsComplete) return TerminologyRefusals.Incomplete(system);
        var concepts = modifier == TerminologyModifier.Below ? definition.Below(code) : definition.Above(code);
        return concepts.Take(MostCodes + 1).Select(concept => concept.Code).Append(code).Distinct(StringComparer.Ordinal)
            .Select(each => new ExpandedCode(TerminologySource.UrlOf(system), each, Display: null)).ToList();
    }

    // The address of a search is there; what its value names is not.
    private static Refusal AsOfSearch(Refusal refusal) =>
        refusal.Kind == RefusalKind.NotFound ? new Refusal(RefusalKind.Invalid, refusal.Code, refusal.Message) : refusal;
}
