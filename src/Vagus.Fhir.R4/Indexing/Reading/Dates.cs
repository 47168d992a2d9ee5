using System.Runtime.InteropServices;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Indexing.Reading;

/// <summary>What date parameters find. A period or a schedule counts as its outer bounds.</summary>
internal static class Dates
{
    private const int LongestDate = 64;

    public static void Read(JsonElement element, TypeDefinition type, int parameter, IndexedValues values)
    {
        var range = element.ValueKind is JsonValueKind.String ? Of(element, type)
            : element.ValueKind is not JsonValueKind.Object ? null
            : type.Name switch
            {
                "Period" => Period(element),
                "Timing" => Timing(element),
                _ => null,
            };
        if (range is { } known && known.Low < known.High) values.Add(new DateValue(parameter, known.Low, known.High));
    }

    // R4 search, "date": an instant is a fixed point of no width, however it is written. The narrowest range that holds it stands for it:
    // in the index that is a microsecond, and bounds between two of them do not exist.
    private static DateRange? Of(JsonElement element, TypeDefinition type) =>
        Of(element) is not { } range ? null : type.Primitive is PrimitiveKind.Instant ? range with { High = range.Low.AddTicks(1) } : range;

    private static DateRange? Of(JsonElement element)
    {
        if (element.ValueKind is not JsonValueKind.String) return null;
        var utf8 = JsonMarshal.GetRawUtf8Value(element)[1..^1];
        // Many JSON writers, .NET's own among them, escape the '+' of an offset.
        if (utf8.Contains((byte)'\\'))
            return element.GetString() is { Length: <= LongestDate } unescaped ? DateRange.Parse(unescaped) : null;
        if (utf8.Length > LongestDate) return null;
        Span<char> text = stackalloc char[LongestDate];
        return System.Text.Encoding.UTF8.TryGetChars(utf8, text, out var length) ? DateRange.Parse(text[..length]) : null;
    }

    private static DateRange? Period(JsonElement element)
    {
        var start = element.TryGetProperty("start"u8, out var from) ? Of(from) : null;
        var end = element.TryGetProperty("end"u8, out var to) ? Of(to) : null;
        return start is null && end is null ? null : new DateRange(start?.Low ?? DateRange.Beginning, end?.High ?? DateRange.End);
    }

    private static DateRange? Timing(JsonElement element)
    {
        DateRange? outer = null;
        if (element.TryGetProperty("event"u8, out var events))
        {
            foreach (var item in Elements.Items(events)) outer = Outer(outer, Of(item));
        }

        if (element.TryGetProperty("repeat"u8, out var repeat) && repeat.ValueKind is JsonValueKind.Object
            && repeat.TryGetProperty("boundsPeriod"u8, out var bounds) && bounds.ValueKind is JsonValueKind.Object)
        {
            outer = Outer(outer, Period(bounds));
        }

        return outer;
    }

    private static DateRange? Outer(DateRange? left, DateRange? right) => (left, right) switch
    {
        (null, _) => right,
        (_, null) => left,
        ({ } a, { } b) => new DateRange(a.Low < b.Low ? a.Low : b.Low, a.High > b.High ? a.High : b.High),
    };
}
