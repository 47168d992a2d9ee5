using Vagus.Kernel;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Presence;

/// <summary>One who looks at a resource, as others see it.</summary>
internal sealed record Viewer(string UserId, string Role, string Mode, DateTimeOffset Since);

/// <summary>
/// Who looks at what on this node. A view is a lease: it is renewed or it ends. Nothing of it is stored. The key holds the tenant, so
/// equal references of two tenants are two things.
/// </summary>
internal sealed class PresenceBoard(RealtimeOptions options, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(TenantId, string), Viewed> board = [];
    private readonly Dictionary<LiveConnection, HashSet<Viewed>> byConnection = [];

    /// <summary>
    /// Begins, renews or changes a view. True when others must be told; null when the connection views too many resources.
    /// </summary>
    public bool? View(LiveConnection connection, ViewedResource resource, string mode)
    {
        lock (gate)
        {
            var isNew = !board.TryGetValue((connection.Caller.Tenant, resource.Reference), out var present)
                || !present.Leases.ContainsKey(connection);
            if (isNew && byConnection.TryGetValue(connection, out var all) && all.Count >= options.MaxViews) return null;

            var viewed = ViewedOf(connection, resource);
            if (!byConnection.TryGetValue(connection, out var own)) byConnection.Add(connection, own = []);
            own.Add(viewed);
            var until = clock.GetUtcNow() + options.PresenceLease;
            var known = viewed.Leases.GetValueOrDefault(connection);
            viewed.Leases[connection] = new Lease(mode, known?.Since ?? clock.GetUtcNow(), until);
            return known?.Mode != mode;
        }
    }

    public bool End(LiveConnection connection, ViewedResource resource)
    {
        lock (gate) return board.TryGetValue((connection.Caller.Tenant, resource.Reference), out var viewed) && End(connection, viewed);
    }

    /// <summary>Ends all views of a connection that is gone; what others must be told about.</summary>
    public IReadOnlyList<ViewedResource> EndAll(LiveConnection connection)
    {
        lock (gate)
        {
            if (!byConnection.TryGetValue(connection, out var own)) return [];
            return [.. own.ToArray().Where(viewed => End(connection, viewed)).Select(viewed => viewed.Resource)];
        }
    }

    /// <summary>Ends the leases that were not renewed; what others must be told about, by tenant.</summary>
    public IReadOnlyList<(TenantId Tenant, ViewedResource Resource)> EndExpired()
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            var over = board.Values.SelectMany(
                viewed => viewed.Leases.Where(lease => lease.Value.Until <= now)
                    .Select(lease => (Connection: lease.Key, viewed))).ToArray();
            foreach (var (connection, viewed) in over) End(connection, viewed);
            return [.. over.Select(each => (each.Connection.Caller.Tenant, each.viewed.Resource)).Distinct()];
        }
    }

    /// <summary>Each person once, however many windows it has open; editing outweighs viewing.</summary>
    public IReadOnlyList<Viewer> Viewers(TenantId tenant, string reference)
    {
        lock (gate)
        {
            if (!board.TryGetValue((tenant, reference), out var viewed)) return [];
            return
            [
                .. viewed.Leases.GroupBy(lease => lease.Key.Caller.User).Select(person => new Viewer(
                    person.Key.Value,
                    person.First().Key.Caller.Role.Name(),
                    person.Any(lease => lease.Value.Mode == ViewResource.Editing) ? ViewResource.Editing : ViewResource.Viewing,
                    person.Min(lease => lease.Value.Since))).OrderBy(viewer => viewer.Since),
            ];
        }
    }

    private Viewed ViewedOf(LiveConnection connection, ViewedResource resource)
    {
        var key = (connection.Caller.Tenant, resource.Reference);
        if (!board.TryGetValue(key, out var viewed)) board.Add(key, viewed = new Viewed(key, resource));
        // Its labels and rights as they are now, not as they were when the first one came.
        viewed.Resource = resource;
        return viewed;
    }

    private bool End(LiveConnection connection, Viewed viewed)
    {
        if (!viewed.Leases.Remove(connection)) return false;

        if (viewed.Leases.Count == 0) board.Remove(viewed.Key);
        if (byConnection.TryGetValue(connection, out var own) && own.Remove(viewed) && own.Count == 0) byConnection.Remove(connection);
        return true;
    }

    private sealed record Lease(string Mode, DateTimeOffset Since, DateTimeOffset Until);

    private sealed class Viewed((TenantId, string) key, ViewedResource resource)
    {
        public (TenantId, string) Key => key;

        public ViewedResource Resource { get; set; } = resource;

        public Dictionary<LiveConnection, Lease> Leases { get; } = [];
    }
}
