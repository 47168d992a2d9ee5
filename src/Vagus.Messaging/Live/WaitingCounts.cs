using Vagus.Kernel;

namespace Vagus.Messaging.Live;

/// <summary>
/// Whose counts are to be asked, each sign-in once: those who are named themselves before those whom a role names, and then as they came.
/// Not more than are connected. One that was put off is passed over until its time.
/// </summary>
internal sealed class WaitingCounts
{
    private readonly Dictionary<(TenantId Tenant, SessionId Session), Place> places = [];
    private long next;

    public IEnumerable<TenantId> Tenants => places.Keys.Select(key => key.Tenant).Distinct();

    /// <summary>One that waits already keeps its place, or comes before those who are not named.</summary>
    public void Add(Caller caller, bool isNamed) => Add(caller, isNamed, notBefore: default);

    /// <summary>One that could not be counted waits again, behind the others and not before that moment.</summary>
    public void PutOff(Caller caller, DateTimeOffset until) => Add(caller, isNamed: false, until);

    private void Add(Caller caller, bool isNamed, DateTimeOffset notBefore)
    {
        var key = (caller.Tenant, caller.Session);
        places[key] = places.TryGetValue(key, out var known)
            ? known with { Caller = caller, IsNamed = known.IsNamed || isNamed } : new Place(caller, isNamed, next++, notBefore);
    }

    /// <summary>Those of the tenant who are not among the sessions wait no more.</summary>
    public void Keep(TenantId tenant, IReadOnlySet<SessionId> sessions)
    {
        foreach (var gone in places.Keys.Where(key => key.Tenant == tenant && !sessions.Contains(key.Session)).ToList())
            places.Remove(gone);
    }

    public IReadOnlyList<Caller> Take(int atMost, DateTimeOffset now)
    {
        List<Caller> taken = [.. places.Values.Where(place => place.NotBefore <= now)
            .OrderBy(place => !place.IsNamed).ThenBy(place => place.Number).Take(atMost).Select(place => place.Caller)];
        foreach (var caller in taken) places.Remove((caller.Tenant, caller.Session));
        return taken;
    }

    private sealed record Place(Caller Caller, bool IsNamed, long Number, DateTimeOffset NotBefore);
}
