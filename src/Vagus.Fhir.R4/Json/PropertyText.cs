using System.Text.Json;

namespace Vagus.Fhir.R4.Json;

/// <summary>Reads texts of JSON that may have any shape.</summary>
public static class PropertyText
{
    /// <summary>The text of a property; null where there is no such property, or no text in it, or no object around it.</summary>
    public static string? Of(JsonElement element, ReadOnlySpan<byte> name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;
}
