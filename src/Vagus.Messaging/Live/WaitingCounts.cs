using Vagus.Kernel;

namespace Vagus.Messaging.Live;

/// <summary>
/// Whose counts are to be asked, each sign-in once: those who are named themselves before those whom a role names, and then as they came.
/// Not more than are connected.
/// </summary>
internal sealed class WaitingCounts
{
    private readonly Dictionary<(TenantId Tenant, SessionId Session), Place> places = [];
    private long next;

    public int Count => places.Count;

    public IEnumerable<TenantId> Tenants => places.Keys.Select(key => key.Tenant).Distinct();

    /// <summary>One that waits already keeps its place, or comes before those who are not named.</summary>
    public void Add(Caller caller, bool isNamed)
    {
        var key = (caller.Tenant, caller.Session);
        places[key] = places.TryGetValue(key, out var known)
            ? known with { IsNamed = known.IsNamed || isNamed } : new Place(caller, isNamed, next++);
    }

    /// <summary>Those of the tenant who are not among the sessions wait no more.</summary>
    public void Keep(TenantId tenant, IReadOnlySet<SessionId> sessions)
    {
        foreach (var gone in places.Keys.Where(key => key.Tenant == tenant && !sessions.Contains(key.Session)).ToList())
            places.Remove(gone);
    }

    public IReadOnlyList<Caller> Take(int atMost)
    {
        List<Caller> taken = [.. places.Values.OrderBy(place => !place.IsNamed).ThenBy(place => place.Number).Take(atMost)
            .Select(place => place.Caller)];
        foreach (var caller in taken) places.Remove((caller.Tenant, caller.Session));
        return taken;
    }

    private sealed record Place(Caller Caller, bool IsNamed, long Number);
}
