using Vagus.Fhir.Live;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Subscribing.OwnTopics;

/// <summary>
/// The subscriptions to topics of one organization: by the type of the resource, and in each topic by the values that a change must have to
/// concern them. A topic that could concern somebody is asked once for each change, whoever follows it. Not for use by several threads at
/// once.
/// </summary>
internal sealed class TopicPlaces
{
    private readonly Dictionary<string, Dictionary<string, Followed>> byType = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CompiledTopic> compiled = new(StringComparer.Ordinal);

    /// <summary>Somebody follows a topic about resources of the type.</summary>
    public bool Asks(string type) => byType.ContainsKey(type);

    /// <summary>The topic of a row, made ready once for all who follow it; null where this server does not understand it.</summary>
    public CompiledTopic? Read(string body, FhirCall server)
    {
        if (compiled.TryGetValue(body, out var known)) return known;
        var read = CompiledTopic.Of(TopicPlan.Read(body), server);
        return read.IsRefused ? null : read.Value;
    }

    public void Add(FollowedTopic topic, LiveSearch search, ListedSubscription subscription)
    {
        if (!byType.TryGetValue(search.Type, out var ofType))
            byType.Add(search.Type, ofType = new Dictionary<string, Followed>(StringComparer.Ordinal));
        if (!ofType.TryGetValue(topic.Body, out var followed))
            ofType.Add(topic.Body, followed = new Followed(topic.Compiled, new SearchPlaces<ListedSubscription>()));
        compiled[topic.Body] = topic.Compiled;
        followed.Places.Add(search, subscription);
    }

    public void Remove(FollowedTopic topic, LiveSearch search, ListedSubscription subscription)
    {
        var ofType = byType[search.Type];
        var places = ofType[topic.Body].Places;
        places.Remove(search, subscription);
        if (places.Count > 0) return;
        compiled.Remove(topic.Body);
        ofType.Remove(topic.Body);
        if (ofType.Count == 0) byType.Remove(search.Type);
    }

    /// <summary>Those whom the change may concern, and whose topic it is an event of.</summary>
    public IEnumerable<ListedSubscription> Concerned(string type, ResourceMove move, OwnBases own)
    {
        if (!byType.TryGetValue(type, out var ofType)) yield break;
        var change = new ChangeContents(move, own);
        foreach (var followed in ofType.Values)
        {
            var found = followed.Places.Concerned(move);
            if (found.Count == 0 || !followed.Topic.Fires(change)) continue;
            foreach (var each in found) yield return each;
        }
    }

    private sealed record Followed(CompiledTopic Topic, SearchPlaces<ListedSubscription> Places);
}

/// <summary>A topic as a subscription follows it; the text of its row tells one version of it from another.</summary>
internal sealed record FollowedTopic(string Body, CompiledTopic Compiled);
