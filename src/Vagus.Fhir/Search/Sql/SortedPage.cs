using Vagus.Fhir.Search.Request;

namespace Vagus.Fhir.Search.Sql;

/// <summary>
/// The first so many places behind the end of the page before, of places that come in any order. Equal keys are in the order of creation.
/// </summary>
internal sealed class SortedPage(IReadOnlyList<SortParameter> keys, PageEnd? after, int count) : IComparer<PageEnd>
{
    private readonly List<PageEnd> chosen = [];
    private bool isOrdered;

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
        return falls ? string.CompareOrdinal(y, x) : string.CompareOrdinal(x, y);
    }

    private void Cut()
    {
        chosen.Sort(this);
        if (chosen.Count > count) chosen.RemoveRange(count, chosen.Count - count);
        isOrdered = true;
    }
}
