using System.Text.Json;

namespace Vagus.Fhir.R4.Indexing.Reading;

/// <summary>What <c>near</c> finds: the position of a Location.</summary>
internal static class Positions
{
    public static void Read(JsonElement element, int parameter, IndexedValues values)
    {
        if (element.ValueKind is not JsonValueKind.Object) return;
        if (Number(element, "latitude"u8) is not { } latitude || Number(element, "longitude"u8) is not { } longitude) return;
        if (GlobePoint.Of(latitude, longitude) is { } place) values.Add(new PositionValue(parameter, place));
    }

    private static decimal? Number(JsonElement element, ReadOnlySpan<byte> name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetDecimal(out var number)
            ? number : null;
}
