using System.Collections.Frozen;
using System.Runtime.InteropServices;
using Vagus.Fhir.Live;
using Vagus.Kernel;

namespace Vagus.Realtime.Feed;

/// <summary>
/// The searches that the sessions of one tenant keep open, found by the values that a change's resource must have to concern them: what a
/// change costs grows with the searches that it could concern and not with all that are open. Guarded by the feed's gate.
/// </summary>
internal sealed class OpenSearches
{
    private readonly Dictionary<Follower, HashSet<Subscriptions.Stretch>> known = [];
    private readonly Dictionary<string, SearchPlaces<Follower>> byType = new(StringComparer.Ordinal);
    private readonly Dictionary<UserId, int> byUser = [];
    private FrozenSet<string> types = FrozenSet<string>.Empty;

    public int Count { get; private set; }

    /// <summary>Those of the sessions of one user.</summary>
    public int Of(UserId user) => byUser.GetValueOrDefault(user);

    /// <summary>The types that are searched. Also read without the gate, to know of which changes the versions are read.</summary>
    public FrozenSet<string> Types => Volatile.Read(ref types);

    /// <summary>Takes over what a session has open now.</summary>
    public void Keep(Follower follower)
    {
        HashSet<Subscriptions.Stretch> now = follower.Mode == FeedMode.Left ? [] : [.. follower.Subscriptions.Searches];
        var before = known.GetValueOrDefault(follower);
        if (now.Count == 0 && before is null) return;
        foreach (var ended in before ?? []) if (!now.Contains(ended)) Remove(follower, ended);
        foreach (var begun in now) if (before?.Contains(begun) != true) Add(follower, begun);
        if (now.Count == 0) known.Remove(follower);
        else known[follower] = now;
    }

    /// <summary>The sessions that the event may concern by a search, each once.</summary>
    public IReadOnlyCollection<Follower> Concerned(FeedEvent @event)
    {
        if (@event.Change is not { } change || !byType.TryGetValue(change.Type, out var searches)) return [];
        // Without the versions it is not known which: each of them reads the log for itself.
        if (!@event.KnowsMove) return searches.All();
        return @event.Move is { } move ? searches.Concerned(move) : [];
    }

    private void Add(Follower follower, Subscriptions.Stretch search)
    {
        var type = search.Filter.Search!.Type;
        if (!byType.TryGetValue(type, out var searches)) byType.Add(type, searches = new SearchPlaces<Follower>());
        searches.Add(search.Filter.Search, follower);
        Count++;
        CollectionsMarshal.GetValueRefOrAddDefault(byUser, follower.Session.Caller.User, out _)++;
        if (searches.Count == 1) Volatile.Write(ref types, byType.Keys.ToFrozenSet(StringComparer.Ordinal));
    }

    private void Remove(Follower follower, Subscriptions.Stretch search)
    {
        var type = search.Filter.Search!.Type;
        var searches = byType[type];
        searches.Remove(search.Filter.Search, follower);
        Count--;
        var user = follower.Session.Caller.User;
        if (--CollectionsMarshal.GetValueRefOrAddDefault(byUser, user, out _) == 0) byUser.Remove(user);
        if (searches.Count > 0) return;

        byType.Remove(type);
        Volatile.Write(ref types, byType.Keys.ToFrozenSet(StringComparer.Ordinal));
    }
}
