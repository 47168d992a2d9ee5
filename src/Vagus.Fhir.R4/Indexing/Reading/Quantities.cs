using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Indexing.Reading;

/// <summary>What number and quantity parameters find: numbers, amounts, money, and ranges of them.</summary>
internal static class Quantities
{
    public static void Read(JsonElement element, TypeDefinition type, SearchParameterDefinition parameter, IndexedValues values)
    {
        if (element.ValueKind is JsonValueKind.Number)
        {
            if (parameter.Kind is SearchParameterKind.Number && element.TryGetDecimal(out var number))
                values.Add(new NumberValue(parameter.Id, number, number));
            return;
        }

        if (element.ValueKind is not JsonValueKind.Object) return;
        var value = Number(element);
        if (type.Name == "Range") ReadRange(element, parameter, values);
        else if (type.Name == "Money") Add("urn:iso:std:iso:4217", Elements.Text(element, "currency"u8), value, value, parameter, values);
        else if (type.Is("Quantity")) Add(Elements.Text(element, "system"u8), Unit(element), value, value, parameter, values);
    }

    private static void ReadRange(JsonElement element, SearchParameterDefinition parameter, IndexedValues values)
    {
        var low = Part(element, "low"u8);
        var high = Part(element, "high"u8);
        if ((low ?? high) is not { } unit) return;
        var (lowest, highest) = (low is { } from ? Number(from) : null, high is { } to ? Number(to) : null);
        Add(Elements.Text(unit, "system"u8), Unit(unit), lowest, highest, parameter, values);
    }

    private static void Add(
        string? system, string? code, decimal? low, decimal? high, SearchParameterDefinition parameter, IndexedValues values)
    {
        if (low is null && high is null) return;
        if (parameter.Kind is SearchParameterKind.Number) values.Add(new NumberValue(parameter.Id, low, high));
        else values.Add(new QuantityValue(parameter.Id, system, code, low, high));
    }

    private static JsonElement? Part(JsonElement element, ReadOnlySpan<byte> name) =>
        element.TryGetProperty(name, out var part) && part.ValueKind is JsonValueKind.Object ? part : null;

    private static string? Unit(JsonElement element) => Elements.Text(element, "code"u8) ?? Elements.Text(element, "unit"u8);

    private static decimal? Number(JsonElement element) =>
        element.TryGetProperty("value"u8, out var value) && value.ValueKind is JsonValueKind.Number
            && value.TryGetDecimal(out var number) ? number : null;
}
