using System.Text.Json;

namespace Vagus.Fhir.R4.Indexing.Reading;

/// <summary>Reading elements without surprises.</summary>
internal static class Elements
{
    /// <summary>A property that is a text; null where it is absent, empty or something else.</summary>
    public static string? Text(JsonElement element, ReadOnlySpan<byte> name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
        && value.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>The items of an array, or the element itself.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement element)
    {
        if (element.ValueKind is not JsonValueKind.Array) return [element];
        return element.EnumerateArray();
    }
}
