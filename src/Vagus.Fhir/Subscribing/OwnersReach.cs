using System.Collections.Concurrent;
using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// How far the owner of a subscription reaches now, without a session: what a sign-in would be granted, and of that what the scopes of its
/// application let through.
/// </summary>
internal sealed class OwnersReach(IFindUsers users, IFindAuthorizations authorizations, TenantPolicies policies)
{
    private const int Most = 10_000;
    private readonly ConcurrentDictionary<(TenantId Tenant, SubscriptionOwner Owner), Known> known = new();

    /// <summary>
    /// Read anew: what leaves the house is decided by the rights of this moment. Null: the account is gone, or disabled, or what let the
    /// application act for it has ended.
    /// </summary>
    public async ValueTask<Reach?> Of(TenantId tenant, SubscriptionOwner owner, CancellationToken cancel)
    {
        if (await users.CallerOf(tenant, owner.User, cancel) is not { } caller) return null;
        if (owner.Authorization is { } asked && !(await authorizations.Holding(tenant, [asked], cancel)).Contains(asked)) return null;
        return Below(caller, owner.App, (await policies.Of(tenant, cancel)).Narrowing);
    }

    /// <summary>The same of a subscription, as long as its owner may follow what it is about; null: it is over.</summary>
    public async ValueTask<Reach?> Following(SubscriptionRow subscription, CancellationToken cancel) =>
        await Of(subscription.Tenant, subscription.Owner, cancel) is { } reach
            && MayFollow(reach, subscription.Plan, await policies.Of(subscription.Tenant, cancel)) ? reach : null;

    /// <summary>Whether events of the topic, or the type of resources, are for this reader at all.</summary>
    public static bool MayFollow(Reach reach, SubscriptionPlan plan, TenantPolicy policy) => plan.Event is { } type
        ? reach.Ceiling is null && EventVisibility.NamesFor(reach.Caller.Role, policy).Contains(type)
        : reach.May(ResourceInteractions.Search, plan.Type);

    /// <summary>Of several at once, as they stand now; who is not in the answer is gone, disabled, or may not act any more.</summary>
    public async ValueTask<Dictionary<SubscriptionOwner, Reach>> Of(
        TenantId tenant, IReadOnlyCollection<SubscriptionOwner> owners, CancellationToken cancel)
    {
        var policy = await policies.Of(tenant, cancel);
        var holding = await authorizations.Holding(
            tenant, [.. owners.Select(owner => owner.Authorization).OfType<AppAuthorization>()], cancel);
        var facts = (await users.Known(tenant, [.. owners.Select(owner => owner.User.Value).Distinct()], cancel))
            .ToDictionary(each => each.User);
        var reaches = new Dictionary<SubscriptionOwner, Reach>();
        foreach (var owner in owners)
        {
            if (!facts.TryGetValue(owner.User, out var user) || user.IsDisabled) continue;
            if (owner.Authorization is { } asked && !holding.Contains(asked)) continue;
            // For whom a patient's user acts is asked one by one.
            var reach = user.Role == Role.Patient
                ? await Of(tenant, owner, cancel) : ReachOf(tenant, owner, user, policy.Narrowing);
            if (reach is not null) reaches[owner] = reach;
        }

        return reaches;
    }

    private Reach? ReachOf(TenantId tenant, SubscriptionOwner owner, UserFacts facts, TenantNarrowing narrowing)
    {
        if (known.TryGetValue((tenant, owner), out var kept) && kept.Facts == facts && ReferenceEquals(kept.Narrowing, narrowing))
            return kept.Reach;
        if (known.Count >= Most) known.Clear();
        var reach = Below(facts.AsCaller(tenant), owner.App, narrowing);
        known[(tenant, owner)] = new Known(facts, narrowing, reach);
        return reach;
    }

    /// <summary>Scopes that are not understood any more let nothing through.</summary>
    private static Reach? Below(Caller caller, ActingApp? app, TenantNarrowing narrowing)
    {
        if (app is null) return Reach.Of(caller, narrowing, ceiling: null);
        var ceiling = SmartScopes.Grants(app.Scopes.Split(' '), app.Patient);
        return ceiling.IsRefused ? null : Reach.Of(caller with { App = app }, narrowing, ceiling.Value);
    }

    /// <summary>What was made of these facts; others make another one.</summary>
    private sealed record Known(UserFacts Facts, TenantNarrowing Narrowing, Reach? Reach);
}
