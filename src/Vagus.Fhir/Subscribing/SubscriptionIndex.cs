using Vagus.Fhir.Live;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Fhir.Subscribing.OwnTopics;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>A subscription as changes and events are asked of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Owner">With whose rights it is told.</param>
/// <param name="Since">What lies behind this position counts.</param>
internal sealed record ListedSubscription(string Id, UserId Owner, long Since)
{
    /// <summary>What lies behind this position does not: it was changed there, and another one stands for what it asks since.</summary>
    public long Until { get; init; } = long.MaxValue;

    public bool Counts(long position) => position > Since && position <= Until;

    /// <summary>Which changes of resources it is about; null where it is about events.</summary>
    public LiveSearch? Search { get; init; }

    /// <summary>The organization's topic whose events alone it is told; null: it follows none.</summary>
    public FollowedTopic? Topic { get; init; }

    /// <summary>Which events it is about; null where it is about changes of resources.</summary>
    public AskedEvents? Events { get; init; }
}

/// <summary>Events of a topic.</summary>
internal sealed record AskedEvents(Topic Topic, EventQuestion Question);

/// <summary>
/// The subscriptions of one tenant, found by the values that a changed resource, or an event, must have to concern them. It follows the
/// log: what changed in a subscription lies at a position, and is taken over from there on.
/// </summary>
internal sealed class SubscriptionIndex
{
    private readonly Dictionary<string, ListedSubscription> known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ListedSubscription> former = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SearchPlaces<ListedSubscription>> byType = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EventPlaces> byTopic = new(StringComparer.Ordinal);
    private readonly TopicPlaces ofTopics = new();
    private readonly HashSet<string> types = new(StringComparer.Ordinal);

    /// <summary>Of those who ask it and keep it up to date, one at a time.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>The last change that was taken over.</summary>
    public long Position { get; private set; }

    /// <summary>There is no subscription.</summary>
    public bool IsEmpty => known.Count == 0;

    /// <summary>The types of resources that somebody asks for.</summary>
    public IReadOnlySet<string> Types => types;

    /// <summary>False where the server does not understand the subscription any more: it is left out, and the others stand.</summary>
    public bool Take(SubscriptionRow row, FhirCall call)
    {
        Position = Math.Max(Position, row.Position);
        asked.Remove(row.Id, out var wasAsked);
        if (known.Remove(row.Id, out var before)) Remove(before);
        var isOver = row.IsDeleted || row.Status == SubscriptionBody.Off || row.HasLostTopic;
        var listed = isOver || !row.IsReadable ? null : Read(row, call);
        if (listed is null)
        {
            Forget(row.Id);
            return isOver;
        }

        listed = before is null ? listed : KeepFormer(row, before, listed, wasAsked == Asked(row));
        asked[row.Id] = Asked(row);
        Add(known[row.Id] = listed);
        return true;
    }

    /// <summary>
    /// What happened before a change of the filters is judged by those of then, also where it is looked at later: the one of before stays
    /// beside, where this process has known it. Answers the one of now.
    /// </summary>
    private ListedSubscription KeepFormer(SubscriptionRow row, ListedSubscription before, ListedSubscription listed, bool asksTheSame)
    {
        var isSame = row.Since <= before.Since;
        if (isSame && asksTheSame) return listed with { Since = before.Since };
        Forget(row.Id);
        // One that was deleted and made anew begins with what it asks now.
        if (!isSame) return listed;
        Add(former[row.Id] = before with { Since = row.Since, Until = row.Position });
        return listed with { Since = row.Position };
    }

    private static string Asked(SubscriptionRow row) =>
        string.Join('\n', [row.Plan.Event, row.Plan.Search, row.Topic, .. row.Plan.Filters]);

    private void Forget(string id)
    {
        if (former.Remove(id, out var one)) Remove(one);
    }

    public IReadOnlyCollection<ListedSubscription> Concerned(ResourceMove move) =>
        (move.After ?? move.Before) is { } state && byType.TryGetValue(state.Facts.Type, out var places) ? places.Concerned(move) : [];

    /// <summary>Those who follow a topic of the organization that the change is an event of.</summary>
    public IEnumerable<ListedSubscription> Concerned(ResourceMove move, OwnBases own) =>
        (move.After ?? move.Before) is { } state ? ofTopics.Concerned(state.Facts.Type, move, own) : [];

    /// <summary>Somebody asks for events of the topic.</summary>
    public bool Asks(Topic topic) => byTopic.ContainsKey(topic.Id);

    public IReadOnlyCollection<ListedSubscription> Concerned(Topic topic, EventForms forms) =>
        byTopic.TryGetValue(topic.Id, out var places) ? places.Concerned(forms.KeysOf(topic)) : [];

    private ListedSubscription? Read(SubscriptionRow row, FhirCall call)
    {
        var listed = new ListedSubscription(row.Id, row.Owner, row.Since);
        if (row.Plan.Event is not null)
            return row.Plan.ReadEvents(call) is { IsRefused: false, Value: var events } ? listed with { Events = events } : null;
        if (row.Plan.Read(call) is not { IsRefused: false, Value: var search }) return null;
        if (row.Topic is not { } body) return listed with { Search = search };
        return ofTopics.Read(body, call) is { } topic ? listed with { Search = search, Topic = new FollowedTopic(body, topic) } : null;
    }

    private void Add(ListedSubscription subscription)
    {
        if (subscription.Search is { } search)
        {
            types.Add(search.Type);
            if (subscription.Topic is { } topic)
            {
                ofTopics.Add(topic, search, subscription);
                return;
            }

            if (!byType.TryGetValue(search.Type, out var places)) byType.Add(search.Type, places = new SearchPlaces<ListedSubscription>());
            places.Add(search, subscription);
        }

        if (subscription.Events is not { } events) return;
        if (!byTopic.TryGetValue(events.Topic.Id, out var ofTopic)) byTopic.Add(events.Topic.Id, ofTopic = new EventPlaces());
        ofTopic.Add(events.Question, subscription);
    }

    private void Remove(ListedSubscription subscription)
    {
        if (subscription.Search is { } search)
        {
            if (subscription.Topic is { } topic) ofTopics.Remove(topic, search, subscription);
            else
            {
                byType[search.Type].Remove(search, subscription);
                if (byType[search.Type].Count == 0) byType.Remove(search.Type);
            }

            if (!byType.ContainsKey(search.Type) && !ofTopics.Asks(search.Type)) types.Remove(search.Type);
        }

        if (subscription.Events is not { } events) return;
        byTopic[events.Topic.Id].Remove(events.Question, subscription);
        if (byTopic[events.Topic.Id].IsEmpty) byTopic.Remove(events.Topic.Id);
    }
}
