using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.Search.Request;

namespace Vagus.Fhir.Live;

/// <summary>
/// A search that is kept open: the conditions of an ordinary search, asked of the values that its rows would hold. What it finds depends on
/// each resource alone (<see cref="ReadLiveSearch"/> refuses the rest), so that the two versions of a change tell all that it does to the
/// result.
/// </summary>
public sealed class LiveSearch
{
    private readonly IReadOnlyList<SearchCondition> conditions;

    internal LiveSearch(string type, string query, IReadOnlyList<SearchCondition> conditions)
    {
        (Type, Query, this.conditions) = (type, query, conditions);
        Keys = SearchKey.Of(conditions);
    }

    public string Type { get; }

    /// <summary>
    /// The values of which a resource must have one to be found; empty: nothing of the kind is asked, and each change of the type is looked
    /// at.
    /// </summary>
    public IReadOnlyList<SearchKey> Keys { get; }

    /// <summary>No <c>_count</c> was named: the first page is the whole result, or the search is refused.</summary>
    internal bool AsksForAll { get; init; }

    /// <summary>The parameters of the first page.</summary>
    internal string Query { get; }

    /// <summary>The search as this caller would ask it.</summary>
    public ReachedSearch Within(Reach reach) => new(this, reach);

    internal bool Finds(ResourceState resource)
    {
        foreach (var condition in conditions)
        {
            if (!Holds(condition, resource)) return false;
        }

        return true;
    }

    private static bool Holds(SearchCondition condition, ResourceState resource) => condition switch
    {
        IndexCondition { Criterion: var criterion } => criterion.Holds(resource.Values),
        IdCondition { Ids: var ids } => ids.Contains(resource.Id, StringComparer.Ordinal),
        // The column holds whole microseconds, and the narrowest range stands for one of them.
        UpdatedCondition { Term: var term } => term.Holds(
            resource.UpdatedAt, resource.UpdatedAt.AddTicks(TimeSpan.TicksPerMicrosecond)),
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };
}
