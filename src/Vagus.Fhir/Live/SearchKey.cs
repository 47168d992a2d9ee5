using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.Search.Request;

namespace Vagus.Fhir.Live;

/// <summary>
/// One value of a resource by which open searches are found: an id of its own (parameter 0), the code of a token, the target of a
/// reference. A search has the keys of the one of its conditions that is likely to hold for the fewest resources.
/// </summary>
public readonly record struct SearchKey(int Parameter, string Value)
{
    private const int Id = 0;

    /// <summary>The keys of a search: a resource without any of them is not found. Empty: no condition has keys.</summary>
    internal static IReadOnlyList<SearchKey> Of(IReadOnlyList<SearchCondition> conditions) =>
        conditions.Select(condition => (Rank: RankOf(condition), Keys: KeysOf(condition)))
            .Where(each => each.Keys.Count > 0)
            .OrderBy(each => each.Rank)
            .Select(each => each.Keys)
            .FirstOrDefault([]);

    /// <summary>All keys of a resource.</summary>
    internal static IEnumerable<SearchKey> Of(string id, IndexedValues values)
    {
        yield return new SearchKey(Id, id);
        foreach (var token in values.Tokens) yield return new SearchKey(token.Parameter, token.Code);
        foreach (var reference in values.References) yield return OfReference(reference.Parameter, reference.Id, reference.Url);
    }

    // Codes without a system are those of status and the like, which many resources share.
    private static int RankOf(SearchCondition condition) => condition switch
    {
        IdCondition => 0,
        IndexCondition { Criterion.Kind: SearchKind.Reference } => 1,
        IndexCondition { Criterion.AnyOf: var terms } when terms.All(term => term is TokenTerm { AnySystem: false }) => 2,
        _ => 3,
    };

    private static List<SearchKey> KeysOf(SearchCondition condition) => condition switch
    {
        IdCondition { Ids: var ids } => [.. ids.Select(id => new SearchKey(Id, id))],
        IndexCondition { Criterion: { Negated: false, Missing: null, Kind: SearchKind.Token or SearchKind.Reference } criterion } =>
            KeysOf(criterion),
        _ => [],
    };

    private static List<SearchKey> KeysOf(SearchCriterion criterion)
    {
        var keys = new List<SearchKey>(criterion.AnyOf.Count);
        foreach (var term in criterion.AnyOf)
        {
            switch (term)
            {
                case TokenTerm { Code: { } code }:
                    keys.Add(new SearchKey(criterion.Parameter, code));
                    break;
                case ReferenceTerm reference:
                    keys.Add(OfReference(criterion.Parameter, reference.Id, reference.Url));
                    break;
                default:
                    // An alternative without a key could hold for any resource.
                    return [];
            }
        }

        return keys;
    }

    private static SearchKey OfReference(int parameter, string? id, string? url) => new(parameter, id ?? url ?? "");
}
