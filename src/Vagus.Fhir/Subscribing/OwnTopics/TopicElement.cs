using System.Text.Json;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.Subscribing.OwnTopics;

/// <summary>An element of R5's SubscriptionTopic as an extension of R4, with its place in the resource.</summary>
/// <param name="Name">The element's name; empty: the extension is none of the topic's.</param>
/// <param name="Json">The extension.</param>
/// <param name="Path">Where it stands: <c>Basic.extension[2].extension[0]</c>.</param>
internal sealed record TopicElement(string Name, JsonElement Json, string Path)
{
    private static readonly string[] Folders =
    [
        "http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.",
        "http://hl7.org/fhir/4.3/StructureDefinition/extension-SubscriptionTopic.",
    ];

    /// <summary>Its parts.</summary>
    public IReadOnlyList<TopicElement> Parts => Of(Json, "extension", Path, url => url);

    /// <summary>Its value, of this type; null: it has none.</summary>
    public string? Text(string type) =>
        Json.TryGetProperty(type, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public bool? Boolean => Json.TryGetProperty("valueBoolean"u8, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? value.GetBoolean() : null;

    /// <summary>The elements of the topic that stand in this list of a Basic.</summary>
    public static IReadOnlyList<TopicElement> Of(JsonElement basic, string list) => Of(basic, list, "Basic", NameOf);

    private static List<TopicElement> Of(JsonElement element, string list, string path, Func<string, string> nameOf) =>
        element.TryGetProperty(list, out var all) && all.ValueKind == JsonValueKind.Array
            ? [.. all.EnumerateArray().Select((each, at) =>
                new TopicElement(nameOf(PropertyText.Of(each, "url"u8) ?? ""), each, $"{path}.{list}[{at}]"))]
            : [];

    private static string NameOf(string url) =>
        Array.Find(Folders, folder => url.StartsWith(folder, StringComparison.Ordinal)) is { } known ? url[known.Length..] : "";
}
