using Vagus.Fhir.Search.Request;

namespace Vagus.Fhir.Search.Sql;

/// <summary>
/// The first so many places behind the end of the page before, of places that come in any order. Equal keys are in the order of creation.
/// </summary>
internal sealed class SortedPage(IReadOnlyList<SortParameter> keys, PageEnd? after, int count) : IComparer<PageEnd>
{
    private readonly List<PageEnd> chosen = [];
    private readonly HashSet<long> taken = [];
    private bool isOrdered;

    /// <summary>There are as many places as the page has.</summary>
    public bool IsFull => chosen.Count >= count;

    /// <summary>Answers whether it is on the page so far.</summary>
    public bool Take(PageEnd place)
    {
        if (after is not null && Compare(place, after) <= 0) return false;
        if (isOrdered && chosen.Count >= count && Compare(place, chosen[count - 1]) >= 0) return false;
        chosen.Add(place);
        // Twice a page is put in order and cut at a time.
        if (chosen.Count >= 2 * count) Cut();
        return true;
    }

    /// <summary>The same of a place that may come several times.</summary>
    public bool TakeOnce(PageEnd place) => taken.Add(place.Place) && Take(place);

    /// <summary>The page is full, and what has a later first key is not on it.</summary>
    public bool IsBefore(string key)
    {
        if (!IsFull) return false;
        Cut();
        return Compare(chosen[count - 1].Keys[0], key, keys[0].Falls) < 0;
    }

    public List<PageEnd> InOrder()
    {
        Cut();
        return chosen;
    }

    public int Compare(PageEnd? x, PageEnd? y)
    {
        if (x is null || y is null) return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        for (var key = 0; key < keys.Count; key++)
        {
            if (Compare(x.Keys[key], y.Keys[key], keys[key].Falls) is not 0 and var order) return order;
        }

        return x.Place.CompareTo(y.Place);
    }

    // Without a value it is last in either direction.
    private static int Compare(string? x, string? y, bool falls)
    {
        if (x is null || y is null) return (x is null ? 1 : 0) - (y is null ? 1 : 0);
        return falls ? CodePointOrder.Instance.Compare(y, x) : CodePointOrder.Instance.Compare(x, y);
    }

    private void Cut()
    {
        chosen.Sort(this);
        if (chosen.Count > count) chosen.RemoveRange(count, chosen.Count - count);
        isOrdered = true;
    }
}
