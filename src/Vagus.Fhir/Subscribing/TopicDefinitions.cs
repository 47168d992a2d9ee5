using System.Text.Json.Nodes;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// Topics as R4 has room for them: a Basic with the elements of R5's SubscriptionTopic as extensions. They hold nothing of any tenant.
/// </summary>
internal static class TopicDefinitions
{
    public const string Type = "Basic";
    public const string System = "http://hl7.org/fhir/fhir-types";
    public const string Code = "SubscriptionTopic";
    private const string Elements = "http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.";
    private const string Definitions = "http://hl7.org/fhir/StructureDefinition/";
    private const string AnyResource = $"{Definitions}Resource";

    private const string OfChanges =
        "Filters are the search parameters of one resource type, which one of them names: Observation?patient=1. A create and an update are "
        + "told where what came to be is found, a deletion where what was there was found.";

    /// <summary>Null: there is no topic of that id.</summary>
    public static JsonObject? Of(string id, string baseUrl) => Topics.Find(id) is { } topic ? Of(topic, baseUrl) : null;

    public static JsonObject Of(Topic topic, string baseUrl) => new()
    {
        ["resourceType"] = Type,
        ["id"] = topic.Id,
        ["extension"] = new JsonArray(
        [
            Extension("url", "valueUri", Topics.CanonicalOf(topic, baseUrl)),
            Extension("title", "valueString", topic.Event?.Name ?? "A resource was created, changed or deleted"),
            Extension("description", "valueMarkdown", topic.Event?.When ?? OfChanges),
            topic.Event is null ? TriggerOfChanges() : TriggerOf(topic),
            .. topic.Fields.Select(field => FilterOf(topic, field)),
        ]),
        ["modifierExtension"] = new JsonArray(Extension("status", "valueCode", "active")),
        ["code"] = new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = System, ["code"] = Code }) },
    };

    private static JsonObject TriggerOfChanges() => Parts(
        "resourceTrigger",
        Part("resource", "valueUri", AnyResource),
        Part("supportedInteraction", "valueCode", "create"),
        Part("supportedInteraction", "valueCode", "update"),
        Part("supportedInteraction", "valueCode", "delete"));

    private static JsonObject TriggerOf(Topic topic) => Parts(
        "eventTrigger",
        Part("event", "valueCodeableConcept", new JsonObject { ["text"] = topic.Event?.Name }),
        Part("resource", "valueUri", ResourceOf(topic)));

    private static JsonObject FilterOf(Topic topic, TopicField field) => Parts(
        "canFilterBy",
        Part("resource", "valueUri", ResourceOf(topic)),
        Part("filterParameter", "valueString", field.Name),
        Part("comparator", "valueCode", "eq"));

    private static string ResourceOf(Topic topic) => topic.FocusType is { } type ? $"{Definitions}{type}" : AnyResource;

    private static JsonObject Extension(string element, string type, string value) => new() { ["url"] = Elements + element, [type] = value };

    private static JsonObject Parts(string element, params JsonObject[] parts) =>
        new() { ["url"] = Elements + element, ["extension"] = new JsonArray([.. parts]) };

    private static JsonObject Part(string name, string type, JsonNode value) => new() { ["url"] = name, [type] = value };
}
