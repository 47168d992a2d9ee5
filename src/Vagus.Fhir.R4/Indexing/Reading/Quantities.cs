using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Indexing.Reading;

/// <summary>What number and quantity parameters find: numbers, amounts, money, and ranges of them.</summary>
internal static class Quantities
{
    private const string Currencies = "urn:iso:std:iso:4217";

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
        else if (type.Name == "Money") Add(new Unit(Currencies, Elements.Text(element, "currency"u8), null), value, value, parameter, values);
        else if (type.Is("Quantity")) Add(UnitOf(element), value, value, parameter, values);
    }

    private static void ReadRange(JsonElement element, SearchParameterDefinition parameter, IndexedValues values)
    {
        var low = Part(element, "low"u8);
        var high = Part(element, "high"u8);
        if ((low ?? high) is not { } unit) return;
        var (lowest, highest) = (low is { } from ? Number(from) : null, high is { } to ? Number(to) : null);
        Add(UnitOf(unit), lowest, highest, parameter, values);
    }

    private static void Add(
        Unit unit, decimal? low, decimal? high, SearchParameterDefinition parameter, IndexedValues values)
    {
        if (low is null && high is null) return;
        if (parameter.Kind is SearchParameterKind.Number) values.Add(new NumberValue(parameter.Id, low, high));
        else values.Add(new QuantityValue(parameter.Id, unit.System, unit.Code, low, high) { Unit = unit.Text });
    }

    private static JsonElement? Part(JsonElement element, ReadOnlySpan<byte> name) =>
        element.TryGetProperty(name, out var part) && part.ValueKind is JsonValueKind.Object ? part : null;

    private static Unit UnitOf(JsonElement element)
    {
        var (code, text) = (Elements.Text(element, "code"u8), Elements.Text(element, "unit"u8));
        return new Unit(Elements.Text(element, "system"u8), code ?? text, code is null || code == text ? null : text);
    }

    private static decimal? Number(JsonElement element) =>
        element.TryGetProperty("value"u8, out var value) && value.ValueKind is JsonValueKind.Number
            && value.TryGetDecimal(out var number) ? number : null;

    /// <summary>The text is null where the code says the same.</summary>
    private readonly record struct Unit(string? System, string? Code, string? Text);
}
