using System.Text.Json;

namespace Vagus.Fhir.Indexing.Reading;

/// <summary>How long an indexed value gets, and reading texts without surprises.</summary>
internal static class Limits
{
    public const int LongestValue = 1_000;

    public static string Cut(string text) => SearchText.Cut(text, LongestValue);

    /// <summary>A property that is a text, cut to the longest value; null where it is absent, empty or something else.</summary>
    public static string? Text(JsonElement element, ReadOnlySpan<byte> name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 } text ? Cut(text) : null;

    /// <summary>The items of an array, or the element itself.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement element)
    {
        if (element.ValueKind is not JsonValueKind.Array) return [element];
        return element.EnumerateArray();
    }
}
