using System.Collections.Concurrent;
using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>How far the owner of a subscription reaches now, without a session: what a sign-in would be granted.</summary>
internal sealed class OwnersReach(IFindUsers users, TenantPolicies policies)
{
    private const int Most = 10_000;
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

    /// <summary>Of several at once, as they stand now; who is not in the answer is gone, or disabled.</summary>
    public async ValueTask<Dictionary<UserId, Reach>> Of(TenantId tenant, IEnumerable<UserId> owners, CancellationToken cancel)
    {
        var policy = await policies.Of(tenant, cancel);
        var reaches = new Dictionary<UserId, Reach>();
        foreach (var facts in await users.Known(tenant, [.. owners.Select(owner => owner.Value)], cancel))
        {
            if (facts.IsDisabled) continue;
            // For whom a patient's user acts is asked one by one.
            var reach = facts.Role == Role.Patient ? await Of(tenant, facts.User, cancel) : ReachOf(tenant, facts, policy.Narrowing);
            if (reach is not null) reaches.Add(facts.User, reach);
        }

        return reaches;
    }

    private Reach ReachOf(TenantId tenant, UserFacts facts, TenantNarrowing narrowing)
    {
        if (known.TryGetValue((tenant, facts.User), out var kept) && kept.Facts == facts && ReferenceEquals(kept.Narrowing, narrowing))
            return kept.Reach;
        if (known.Count >= Most) known.Clear();
        var reach = Reach.Of(facts.AsCaller(tenant), narrowing, ceiling: null);
        known[(tenant, facts.User)] = new Known(facts, narrowing, reach);
        return reach;
    }

    /// <summary>What was made of these facts; others make another one.</summary>
    private sealed record Known(UserFacts Facts, TenantNarrowing Narrowing, Reach Reach);
}
