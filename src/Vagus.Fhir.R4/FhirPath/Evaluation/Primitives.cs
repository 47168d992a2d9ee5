using System.Text.Json;
using Vagus.Fhir.R4.FhirPath.Values;

namespace Vagus.Fhir.R4.FhirPath.Evaluation;

/// <summary>What FHIRPath computes with, read from JSON (FHIR R4, "FHIRPath: Using FHIR types").</summary>
internal static class Primitives
{
    public static object? Read(string type, JsonElement? element) => element is { } json ? json.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => type is not "decimal" && json.TryGetInt32(out var integer) ? integer
            : json.TryGetDecimal(out var number) ? number : null,
        JsonValueKind.String => ReadText(type, json.GetString() ?? ""),
        _ => null,
    } : null;

    // A text that is not the date it should be stays a text, so that a bad resource is an unequal and not an error.
    private static object ReadText(string type, string text) => type switch
    {
        "date" => Moment.Parse(text, MomentKind.Date) ?? (object)text,
        "dateTime" or "instant" => Moment.Parse(text, MomentKind.DateTime) ?? (object)text,
        "time" => Moment.Parse(text, MomentKind.Time) ?? (object)text,
        _ => text,
    };

    public static Quantity? ReadQuantity(string type, JsonElement element)
    {
        if (type is not ("Quantity" or "SimpleQuantity" or "Age" or "Duration" or "Distance" or "Count" or "MoneyQuantity")) return null;
        if (!element.TryGetProperty("value", out var value) || value.ValueKind is not JsonValueKind.Number
            || !value.TryGetDecimal(out var number)) return null;
        var unit = Text(element, "code") ?? Text(element, "unit") ?? Quantity.NoUnit;
        return new Quantity(number, unit);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
