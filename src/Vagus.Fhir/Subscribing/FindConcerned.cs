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
/// <param name="IsOver">
/// The owner is gone, or disabled, or its application may not act any more: the sender is to look at the subscription, and ends it. It
/// gets no number: what may be seen of it is decided by the rights of an owner.
/// </param>
internal sealed record Concern(string Subscription, long Position, DateTimeOffset OccurredAt, bool IsOver)
{
    /// <inheritdoc cref="ListedSubscription.Began"/>
    public required long Began { get; init; }
}

/// <summary>
/// Which subscriptions the events of a page of the log concern: those whose filters hold, and whose owner may see what happened.
/// </summary>
internal sealed class FindConcerned(ChangedResources changes, OwnersReach owners, TenantPolicies policies, OwnBases own)
{
    /// <summary>In the order of the log.</summary>
    public async ValueTask<List<Concern>> Run(SubscriptionIndex index, IReadOnlyList<LoggedEvent> events, CancellationToken cancel)
    {
        var tenant = events[0].Tenant;
        var moves = index.Types.Count == 0 ? [] : await changes.WithPrevious(tenant, events, index.Types, cancel);
        var batch = new BatchOwners(owners, tenant);
        var found = new List<Concern>();
        foreach (var source in events)
        {
            found.AddRange(moves.TryGetValue(source.Position, out var move)
                ? await OfChange(index, source, move, batch, cancel) : await OfEvent(index, source, batch, cancel));
        }

        return found;
    }

    private async ValueTask<IEnumerable<Concern>> OfChange(
        SubscriptionIndex index, LoggedEvent source, ResourceMove move, BatchOwners batch, CancellationToken cancel)
    {
        var asked = index.Concerned(move).Concat(index.Concerned(move, own)).Where(each => each.Counts(source.Position)).ToList();
        await batch.Know(asked, cancel);
        return Concerns(source, batch, asked, (each, reach) => each.Search is { } search && Notices(each, search.Within(reach), move));
    }

    private static bool Notices(ListedSubscription subscription, ReachedSearch search, ResourceMove move) =>
        search.Notices(move) && (subscription.Topic is not { Compiled.LooksBack: true } || search.SeesBefore(move));

    private async ValueTask<IEnumerable<Concern>> OfEvent(
        SubscriptionIndex index, LoggedEvent source, BatchOwners batch, CancellationToken cancel)
    {
        if (Topics.OfEvent(source.Type) is not { } topic || !index.Asks(topic)) return [];
        if (EventForms.Of(source, now: null) is not { } forms) return [];
        var policy = await policies.Of(source.Tenant, cancel);
        var asked = index.Concerned(topic, forms).Where(each => each.Counts(source.Position)).ToList();
        await batch.Know(asked, cancel);
        return Concerns(
            source, batch, asked, (each, reach) => forms.SeenBy(reach, policy) is { } form && each.Events?.Question.Holds(form) == true);
    }

    /// <summary>Without its owner a subscription is found without its filters, so that the sender looks at it and ends it.</summary>
    private static IEnumerable<Concern> Concerns(
        LoggedEvent source, BatchOwners batch, IEnumerable<ListedSubscription> asked, Func<ListedSubscription, Reach, bool> notices) =>
        from each in asked
        let reach = batch.Of(each)
        where reach is null || notices(each, reach)
        select new Concern(each.Id, source.Position, source.OccurredAt, IsOver: reach is null) { Began = each.Began };
}
