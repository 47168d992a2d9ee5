using System.Text.Json.Nodes;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// Topics as R4 has room for them: a Basic with the elements of R5's SubscriptionTopic as extensions. They hold nothing of any tenant.
/// </summary>
internal static class TopicDefinitions
{
    public const string Type = "Basic";
    private const string Elements = "http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.";

    /// <summary>Null: there is no topic of that name.</summary>
    public static JsonObject? Of(string topic, string baseUrl)
    {
        if (!Topics.All.Contains(topic)) return null;
        return new JsonObject
        {
            ["resourceType"] = Type,
            ["id"] = topic,
            ["extension"] = new JsonArray(
                Extension("url", "valueUri", Topics.CanonicalOf(topic, baseUrl)),
                Extension("title", "valueString", "A resource was created, changed or deleted"),
                Extension(
                    "description", "valueMarkdown",
                    "Filters are the search parameters of one resource type, which one of them names: Observation?patient=1. A create and an "
                        + "update are told where what came to be is found, a deletion where what was there was found."),
                new JsonObject
                {
                    ["url"] = $"{Elements}resourceTrigger",
                    ["extension"] = new JsonArray(
                        Part("resource", "valueUri", "http://hl7.org/fhir/StructureDefinition/Resource"),
                        Part("supportedInteraction", "valueCode", "create"),
                        Part("supportedInteraction", "valueCode", "update"),
                        Part("supportedInteraction", "valueCode", "delete")),
                }),
            ["modifierExtension"] = new JsonArray(Extension("status", "valueCode", "active")),
            ["code"] = new JsonObject
            {
                ["coding"] = new JsonArray(
                    new JsonObject { ["system"] = "http://hl7.org/fhir/fhir-types", ["code"] = "SubscriptionTopic" }),
            },
        };
    }

    private static JsonObject Extension(string element, string type, string value) => new() { ["url"] = Elements + element, [type] = value };

    private static JsonObject Part(string name, string type, string value) => new() { ["url"] = name, [type] = value };
}
