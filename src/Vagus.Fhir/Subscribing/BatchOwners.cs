using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// The owners of the subscriptions that a page of the log may concern, each looked up once, together with others, after the page was
/// read: a right that was granted before something happened counts for it.
/// </summary>
internal sealed class BatchOwners(OwnersReach owners, TenantId tenant)
{
    private readonly HashSet<SubscriptionOwner> asked = [];
    private readonly Dictionary<SubscriptionOwner, Reach> reaches = [];

    /// <summary>Looks up those who are not known yet.</summary>
    public async ValueTask Know(IEnumerable<ListedSubscription> subscriptions, CancellationToken cancel)
    {
        var missing = subscriptions.Select(each => each.Owner).Where(asked.Add).ToList();
        if (missing.Count == 0) return;
        foreach (var (owner, reach) in await owners.Of(tenant, missing, cancel)) reaches.Add(owner, reach);
    }

    /// <summary>Null: the account is gone, or disabled, or what let an application act for it has ended.</summary>
    public Reach? Of(ListedSubscription subscription) => reaches.GetValueOrDefault(subscription.Owner);
}
