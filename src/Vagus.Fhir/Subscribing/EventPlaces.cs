namespace Vagus.Fhir.Subscribing;

/// <summary>
/// The subscriptions of one topic of events, found by the values that an event must have to concern them: what an event costs grows with
/// the subscriptions that it could concern. Not for use by several threads at once.
/// </summary>
internal sealed class EventPlaces
{
    private readonly Dictionary<EventKey, HashSet<ListedSubscription>> byKey = [];
    private readonly HashSet<ListedSubscription> unkeyed = [];

    public bool IsEmpty => byKey.Count == 0 && unkeyed.Count == 0;

    public void Add(EventQuestion question, ListedSubscription subscription)
    {
        if (question.Keys.Count == 0) unkeyed.Add(subscription);
        foreach (var key in question.Keys)
        {
            if (!byKey.TryGetValue(key, out var place)) byKey.Add(key, place = []);
            place.Add(subscription);
        }
    }

    public void Remove(EventQuestion question, ListedSubscription subscription)
    {
        unkeyed.Remove(subscription);
        foreach (var key in question.Keys)
        {
            if (byKey.TryGetValue(key, out var place) && place.Remove(subscription) && place.Count == 0) byKey.Remove(key);
        }
    }

    /// <summary>Those whom an event with these values may concern, each once.</summary>
    public IReadOnlyCollection<ListedSubscription> Concerned(IEnumerable<EventKey> keys)
    {
        var found = new HashSet<ListedSubscription>(unkeyed);
        foreach (var key in keys)
        {
            if (byKey.TryGetValue(key, out var place)) found.UnionWith(place);
        }

        return found;
    }
}
