using Vagus.Access.Visibility;
using Vagus.Fhir.Live;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Fhir.Subscribing;

/// <summary>One event of one subscription that has no number yet.</summary>
internal sealed record Concern(string Subscription, long Position, DateTimeOffset OccurredAt);

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
            found.AddRange(concerned.Select(each => new Concern(each.Id, source.Position, source.OccurredAt)));
        }

        return found;
    }

    private async ValueTask<List<ListedSubscription>> OfChange(
        SubscriptionIndex index, LoggedEvent source, ResourceMove move, CancellationToken cancel)
    {
        var found = new List<ListedSubscription>();
        foreach (var each in index.Concerned(move).Concat(index.Concerned(move, own)))
        {
            if (source.Position <= each.Since || each.Search is not { } search) continue;
            // Without its owner it is counted for, so that the attempt to tell of it ends it.
            var reach = await owners.Lately(source.Tenant, each.Owner, cancel);
            if (reach is null || Notices(each, search.Within(reach), move)) found.Add(each);
        }

        return found;
    }

    private static bool Notices(ListedSubscription subscription, ReachedSearch search, ResourceMove move) =>
        search.Notices(move) && (subscription.Topic is not { Compiled.LooksBack: true } || search.SeesBefore(move));

    private async ValueTask<List<ListedSubscription>> OfEvent(SubscriptionIndex index, LoggedEvent source, CancellationToken cancel)
    {
        var found = new List<ListedSubscription>();
        if (Topics.OfEvent(source.Type) is not { } topic || !index.Asks(topic)) return found;
        if (EventForms.Of(source, now: null) is not { } forms) return found;
        var policy = await policies.Of(source.Tenant, cancel);
        foreach (var each in index.Concerned(topic, forms))
        {
            if (source.Position <= each.Since || each.Events is not { Question: var question }) continue;
            var reach = await owners.Lately(source.Tenant, each.Owner, cancel);
            if (reach is null || (forms.SeenBy(reach, policy) is { } form && question.Holds(form))) found.Add(each);
        }

        return found;
    }
}
