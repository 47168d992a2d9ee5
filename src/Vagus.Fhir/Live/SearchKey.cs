using System.Globalization;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.Search.Request;

namespace Vagus.Fhir.Live;

/// <summary>
/// One value of a resource by which open searches are found: an id of its own (parameter 0), the code of a token, the target of a
/// reference, the day on which a date begins. A search has the keys of the one of its conditions that is likely to hold for the fewest
/// resources.
/// </summary>
public readonly record struct SearchKey(int Parameter, string Value)
{
    private const int Id = 0;

    // A month is asked for by its days; a longer range has no keys.
    private const int MostDays = 32;

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
        foreach (var date in values.Dates) yield return OfDay(date.Parameter, date.Low.UtcDateTime);
    }

    // Codes without a system are those of status and the like, which many resources share.
    private static int RankOf(SearchCondition condition) => condition switch
    {
        IdCondition => 0,
        IndexCondition { Criterion.Kind: SearchKind.Reference } => 1,
        IndexCondition { Criterion.AnyOf: var terms } when terms.All(term => term is TokenTerm { AnySystem: false }) => 2,
        IndexCondition { Criterion.Kind: SearchKind.Date } => 3,
        _ => 4,
    };

    private static List<SearchKey> KeysOf(SearchCondition condition) => condition switch
    {
        IdCondition { Ids: var ids } => [.. ids.Select(id => new SearchKey(Id, id))],
        IndexCondition { Criterion: { Negated: false, Missing: null, Kind: var kind } criterion }
            when kind is not (SearchKind.Composite or SearchKind.Words or SearchKind.Position) => KeysOf(criterion),
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
                case DateTerm { Test: DateTest.Within } date when (date.High - date.Low).TotalDays <= MostDays:
                    // What lies within the range begins on one of its days.
                    var first = date.Low.UtcDateTime.Date;
                    for (var day = 0; day <= (date.High.UtcDateTime.Date - first).Days; day++)
                        keys.Add(OfDay(criterion.Parameter, first.AddDays(day)));
                    break;
                default:
                    // An alternative without a key could hold for any resource.
                    return [];
            }
        }

        return keys;
    }

    private static SearchKey OfDay(int parameter, DateTime utc) =>
        new(parameter, utc.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    private static SearchKey OfReference(int parameter, string? id, string? url) => new(parameter, id ?? url ?? "");
}
