using System.Collections.Frozen;
using System.Text.Json;
using Vagus.Events;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.Subscribing;

/// <summary>What a subscription may be about.</summary>
/// <param name="Id">Its name below the address of this server, and the id of its definition.</param>
/// <param name="Event">The event of the catalogue that it tells; null: each change of a resource.</param>
internal sealed record Topic(string Id, EventType? Event)
{
    /// <summary>What its filters may ask for; of changes of resources, the search parameters.</summary>
    public IReadOnlyList<TopicField> Fields { get; } = Event is null ? [] : TopicField.Of(Event);

    /// <summary>The type of the resources that its events point at; null: several, or none.</summary>
    public string? FocusType { get; } = Event is null ? null : Topics.FocusTypeOf(Event);

    /// <summary>Its events point at a resource: without one there is nothing but that they happened.</summary>
    public bool HasFocus { get; } = Event is null || Event.Json.Properties.Any(property => property.Name == Topics.ResourceField);
}

/// <summary>
/// The topics that there are: changes of resources, and each event of the catalogue that is not for one person alone. A topic's canonical
/// lies below the address of this server: <c>[base]/SubscriptionTopic/lab.critical.alert</c>.
/// </summary>
internal static class Topics
{
    /// <summary>The field of an event that points at its resource.</summary>
    public const string ResourceField = "resource";

    private const string Folder = "SubscriptionTopic/";

    /// <summary>Each create, update and delete of a resource that the filters find.</summary>
    public static Topic ResourceChanged { get; } = new("resource-changed", Event: null);

    public static IReadOnlyList<Topic> All { get; } =
    [
        ResourceChanged,
        .. EventCatalogue.All.Where(type => type.Audience is AudienceKind.Roles or AudienceKind.Participants)
            .Select(type => new Topic(IdOf(type.Name), type)),
    ];

    private static readonly FrozenDictionary<string, Topic> ById = All.ToFrozenDictionary(topic => topic.Id, StringComparer.Ordinal);

    public static Topic? Find(string id) => ById.GetValueOrDefault(id);

    /// <summary>The topic of an event; null: it has none.</summary>
    public static Topic? OfEvent(string type) => Find(IdOf(type));

    public static string CanonicalOf(Topic topic, string baseUrl) => $"{baseUrl}/{Folder}{topic.Id}";

    /// <summary>The topic that a canonical names; null: this server has none of that address.</summary>
    public static Topic? Named(string canonical, OwnBases own)
    {
        var path = own.Relative(canonical);
        return path.StartsWith(Folder, StringComparison.Ordinal) ? Find(path[Folder.Length..].ToString()) : null;
    }

    /// <summary>The address is one of those below which this server's topics lie.</summary>
    public static bool IsBelow(string canonical, OwnBases own) => own.Relative(canonical).StartsWith(Folder, StringComparison.Ordinal);

    /// <summary>As the catalogue's own example has it. Alerts and readings of the record point at resources of any type.</summary>
    internal static string? FocusTypeOf(EventType type)
    {
        if (type.Family is "alert" or "message" or "thread" or "note") return null;
        using var example = JsonDocument.Parse(EventCatalogue.Serialize(EventExamples.Of(type)));
        return example.RootElement.TryGetProperty(ResourceField, out var resource) ? resource.GetString()?.Split('/')[0] : null;
    }

    // R4 §2.24.0.1: an id has no underscore.
    private static string IdOf(string type) => type.Replace('_', '-');
}
