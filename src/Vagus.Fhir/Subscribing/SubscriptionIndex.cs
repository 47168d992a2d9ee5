using Vagus.Fhir.Live;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>A subscription as changes are asked of it.</summary>
internal sealed record ListedSubscription(string Id, UserId Owner, long Since, LiveSearch Search);

/// <summary>
/// The subscriptions of one tenant, found by the values that a changed resource must have to concern them: the index that open searches
/// have too. It follows the log: what changed in a subscription lies at a position, and is taken over from there on.
/// </summary>
internal sealed class SubscriptionIndex
{
    private readonly Dictionary<string, ListedSubscription> known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SearchPlaces<ListedSubscription>> byType = new(StringComparer.Ordinal);
    private readonly HashSet<string> types = new(StringComparer.Ordinal);

    /// <summary>Of those who ask it and keep it up to date, one at a time.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>The last change that was taken over.</summary>
    public long Position { get; private set; }

    /// <summary>The types that somebody asks for.</summary>
    public IReadOnlySet<string> Types => types;

    /// <summary>False where the server does not understand the subscription any more: it is left out, and the others stand.</summary>
    public bool Take(SubscriptionRow row, FhirCall call)
    {
        Position = Math.Max(Position, row.Position);
        if (known.Remove(row.Id, out var before)) Remove(before);
        if (row.IsDeleted || row.Status == SubscriptionBody.Off) return true;
        var search = row.Plan.Read(call);
        if (search.IsRefused) return false;
        Add(known[row.Id] = new ListedSubscription(row.Id, row.Owner, row.Since, search.Value));
        return true;
    }

    public IReadOnlyCollection<ListedSubscription> Concerned(ResourceMove move) =>
        (move.After ?? move.Before) is { } state && byType.TryGetValue(state.Facts.Type, out var places) ? places.Concerned(move) : [];

    private void Add(ListedSubscription subscription)
    {
        var type = subscription.Search.Type;
        if (!byType.TryGetValue(type, out var places)) byType.Add(type, places = new SearchPlaces<ListedSubscription>());
        places.Add(subscription.Search, subscription);
        types.Add(type);
    }

    private void Remove(ListedSubscription subscription)
    {
        var type = subscription.Search.Type;
        byType[type].Remove(subscription.Search, subscription);
        if (byType[type].Count > 0) return;
        byType.Remove(type);
        types.Remove(type);
    }
}
