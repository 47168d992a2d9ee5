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
internal sealed record ListedSubscription(string Id, SubscriptionOwner Owner, long Since)
{
    /// <summary>Where the subscription began: one that was made anew under its id is another one.</summary>
    public required long Began { get; init; }

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
    private readonly Dictionary<string, List<ListedSubscription>> known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SearchPlaces<ListedSubscription>> byType = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EventPlaces> byTopic = new(StringComparer.Ordinal);
    private readonly TopicPlaces ofTopics = new();
    private readonly HashSet<string> types = new(StringComparer.Ordinal);

    // Those that are off, with the last position that concerns them.
    private readonly Dictionary<string, long> over = new(StringComparer.Ordinal);

    /// <summary>Of those who ask it and keep it up to date, one at a time.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>The last change that was taken over.</summary>
    public long Position { get; private set; }

    /// <summary>What happened behind this position can be asked: earlier filters than those are not here.</summary>
    public long From { get; private set; }

    /// <summary>There is no subscription.</summary>
    public bool IsEmpty => known.Count == 0;

    /// <summary>The types of resources that somebody asks for.</summary>
    public IReadOnlySet<string> Types => types;

    /// <summary>What is taken from now on stands for what happens behind this position.</summary>
    public void GoOnFrom(long position) => From = Math.Max(From, position);

    /// <summary>What happens before this position is judged already: those that were off before are left out.</summary>
    public void LeaveOutBefore(long position)
    {
        foreach (var id in over.Where(each => each.Value < position).Select(each => each.Key).ToList())
        {
            over.Remove(id);
            if (known.Remove(id, out var spans)) spans.ForEach(Remove);
            GoOnFrom(position);
        }
    }

    /// <summary>
    /// What happened before a change of the filters is judged by those of then. False where the server does not understand the subscription
    /// any more: it is left out, and the others stand.
    /// </summary>
    public bool Take(SubscriptionRow row, FormerAsks former, FhirCall call)
    {
        Position = Math.Max(Position, row.Position);
        if (known.Remove(row.Id, out var before)) before.ForEach(Remove);
        over.Remove(row.Id);
        if (row.IsDeleted) return true;
        var spans = former.SpansOf(row).ToList();
        var listed = spans.Select(span => Read(row, span, call)).OfType<ListedSubscription>().ToList();
        listed.ForEach(Add);
        if (listed.Count > 0) known[row.Id] = listed;
        if (listed.Count > 0 && row.Status == SubscriptionBody.Off) over[row.Id] = listed.Max(each => each.Until);
        return row.IsReadable && listed.Count == spans.Count;
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

    private ListedSubscription? Read(SubscriptionRow row, AskedSpan span, FhirCall call)
    {
        var listed = new ListedSubscription(row.Id, row.Owner, span.Since) { Began = row.Since, Until = span.Until };
        if (span.Plan.Event is not null)
            return span.Plan.ReadEvents(call) is { IsRefused: false, Value: var events } ? listed with { Events = events } : null;
        if (span.Plan.Read(call) is not { IsRefused: false, Value: var search }) return null;
        if (span.Topic is not { } body) return listed with { Search = search };
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
