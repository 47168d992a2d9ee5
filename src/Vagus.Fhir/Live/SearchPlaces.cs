using System.Runtime.InteropServices;

namespace Vagus.Fhir.Live;

/// <summary>
/// Who keeps searches of one type open, found by the values that a changed resource must have to concern them: what a change costs grows
/// with the searches that it could concern and not with all that are open. A keeper counts as often as it has searches at a key. Not for
/// use by several threads at once.
/// </summary>
/// <typeparam name="T">Who keeps a search: a live session, a subscription.</typeparam>
public sealed class SearchPlaces<T>
    where T : notnull
{
    private readonly Dictionary<SearchKey, Dictionary<T, int>> byKey = [];
    private readonly Dictionary<T, int> unkeyed = [];

    /// <summary>How many searches there are.</summary>
    public int Count { get; private set; }

    public void Add(LiveSearch search, T keeper)
    {
        Count++;
        foreach (var place in search.Keys.Count == 0 ? [unkeyed] : search.Keys.Distinct().Select(PlaceOf))
            CollectionsMarshal.GetValueRefOrAddDefault(place, keeper, out _)++;
    }

    public void Remove(LiveSearch search, T keeper)
    {
        Count--;
        if (search.Keys.Count == 0) Release(unkeyed, keeper);
        foreach (var key in search.Keys.Distinct())
        {
            Release(byKey[key], keeper);
            if (byKey[key].Count == 0) byKey.Remove(key);
        }
    }

    /// <summary>Those whom the change may concern, each once.</summary>
    public IReadOnlyCollection<T> Concerned(ResourceMove move)
    {
        HashSet<T>? found = unkeyed.Count > 0 ? [.. unkeyed.Keys] : null;
        foreach (var key in move.Keys)
        {
            if (byKey.TryGetValue(key, out var place)) (found ??= []).UnionWith(place.Keys);
        }

        return found ?? (IReadOnlyCollection<T>)[];
    }

    public IReadOnlyCollection<T> All() => new HashSet<T>([.. unkeyed.Keys, .. byKey.Values.SelectMany(place => place.Keys)]);

    private Dictionary<T, int> PlaceOf(SearchKey key) => byKey.TryGetValue(key, out var place) ? place : byKey[key] = [];

    private static void Release(Dictionary<T, int> place, T keeper)
    {
        if (--CollectionsMarshal.GetValueRefOrNullRef(place, keeper) == 0) place.Remove(keeper);
    }
}
