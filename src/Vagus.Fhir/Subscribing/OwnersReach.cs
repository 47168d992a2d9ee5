using System.Collections.Concurrent;
using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>How far the owner of a subscription reaches now, without a session: what a sign-in would be granted.</summary>
internal sealed class OwnersReach(IFindUsers users, TenantPolicies policies, TimeProvider clock)
{
    private const int Most = 10_000;
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<(TenantId Tenant, UserId User), Known> known = new();

    /// <summary>Read anew: what leaves the house is decided by the rights of this moment. Null: the account is gone, or disabled.</summary>
    public async ValueTask<Reach?> Of(TenantId tenant, UserId owner, CancellationToken cancel) =>
        await users.CallerOf(tenant, owner, cancel) is { } caller ? await policies.ReachOf(caller, cancel) : null;

    /// <summary>As it was at most some seconds ago: by it events are counted, and nothing is shown.</summary>
    public async ValueTask<Reach?> Lately(TenantId tenant, UserId owner, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (known.TryGetValue((tenant, owner), out var kept) && kept.Until > now) return kept.Reach;
        if (known.Count >= Most) known.Clear();
        var reach = await Of(tenant, owner, cancel);
        known[(tenant, owner)] = new Known(reach, now + Remembered);
        return reach;
    }

    private sealed record Known(Reach? Reach, DateTimeOffset Until);
}
