using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Fhir.Live;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Fhir.Subscribing;

/// <summary>One event of one subscription that has no number yet.</summary>
/// <param name="Subscription">Its id.</param>
/// <param name="Position">Where it stands in the log.</param>
/// <param name="OccurredAt">When it happened.</param>
/// <param name="IsOver">The owner may not follow it any more: the sender is to look at the subscription, and ends it.</param>
internal sealed record Concern(string Subscription, long Position, DateTimeOffset OccurredAt, bool IsOver);

/// <summary>
/// Which subscriptions the events of a page of the log concern: those whose filters hold, and whose owner may see what happened.
/// </summary>
internal sealed class FindConcerned(ChangedResources changes, OwnersReach owners, TenantPolicies policies, OwnBases own)
{
    /// <summary>In the order of the log.</summary>
    public async ValueTask<List<Concern>> Run(SubscriptionIndex index, IReadOnlyList<LoggedEvent> events, CancellationToken cancel)
    {
        var moves = index.Types.Count == 0 ? [] : await changes.WithPrevious(events[0].Tenant, events, index.Types, cancel);
        var found = new List<Concern>();
        foreach (var source in events)
        {
            var concerned = moves.TryGetValue(source.Position, out var move)
                ? await OfChange(index, source, move, cancel) : await OfEvent(index, source, cancel);
            found.AddRange(concerned);
        }

        return found;
    }

    private async ValueTask<List<Concern>> OfChange(
        SubscriptionIndex index, LoggedEvent source, ResourceMove move, CancellationToken cancel)
    {
        var found = new List<Concern>();
        foreach (var each in index.Concerned(move).Concat(index.Concerned(move, own)))
        {
            if (!each.Counts(source.Position) || each.Search is not { } search) continue;
            var reach = await owners.Lately(source.Tenant, each.Owner, cancel);
            if (reach is null || Notices(each, search.Within(reach), move)) found.Add(ConcernOf(each, source, reach));
        }

        return found;
    }

    /// <summary>Without its owner a subscription is counted for, so that the sender looks at it and ends it.</summary>
    private static Concern ConcernOf(ListedSubscription subscription, LoggedEvent source, Reach? owner) =>
        new(subscription.Id, source.Position, source.OccurredAt, IsOver: owner is null);

    private static bool Notices(ListedSubscription subscription, ReachedSearch search, ResourceMove move) =>
        search.Notices(move) && (subscription.Topic is not { Compiled.LooksBack: true } || search.SeesBefore(move));

    private async ValueTask<List<Concern>> OfEvent(SubscriptionIndex index, LoggedEvent source, CancellationToken cancel)
    {
        var found = new List<Concern>();
        if (Topics.OfEvent(source.Type) is not { } topic || !index.Asks(topic)) return found;
        if (EventForms.Of(source, now: null) is not { } forms) return found;
        var policy = await policies.Of(source.Tenant, cancel);
        foreach (var each in index.Concerned(topic, forms))
        {
            if (!each.Counts(source.Position) || each.Events is not { Question: var question }) continue;
            var reach = await owners.Lately(source.Tenant, each.Owner, cancel);
            if (reach is null || (forms.SeenBy(reach, policy) is { } form && question.Holds(form)))
                found.Add(ConcernOf(each, source, reach));
        }

        return found;
    }
}
