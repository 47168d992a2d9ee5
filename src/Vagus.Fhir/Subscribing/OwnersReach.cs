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

    /// <summary>The same of a subscription, as long as its owner may follow what it is about; null: it is over.</summary>
    public async ValueTask<Reach?> Following(SubscriptionRow subscription, CancellationToken cancel) =>
        await Of(subscription.Tenant, subscription.Owner, cancel) is { } reach
            && MayFollow(reach, subscription.Plan, await policies.Of(subscription.Tenant, cancel)) ? reach : null;

    /// <summary>Whether events of the topic, or the type of resources, are for this reader at all.</summary>
    public static bool MayFollow(Reach reach, SubscriptionPlan plan, TenantPolicy policy) => plan.Event is { } type
        ? EventVisibility.NamesFor(reach.Caller.Role, policy).Contains(type) : reach.May(ResourceInteractions.Search, plan.Type);

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
