using System.Text.Json;
using Vagus.Fhir.R4.Indexing;

namespace Vagus.Fhir.Reading;

/// <summary>
/// The <c>period</c> of an element (R4 Period): both ends belong to it as far as they are precise, and a day is one of UTC.
/// </summary>
internal static class Periods
{
    /// <summary>True also without a period, and of an end that is open.</summary>
    public static bool Hold(JsonElement element, DateTimeOffset at) =>
        !element.TryGetProperty("period", out var period)
        || (!(at < RangeOf(period, "start")?.Low) && !(at >= RangeOf(period, "end")?.High));

    /// <summary>Null of an end that is open. Beyond the years 1 and 9999 an instant is the first or the last one that there is.</summary>
    private static DateRange? RangeOf(JsonElement period, string end) =>
        period.TryGetProperty(end, out var value) && value.GetString() is { } text ? DateRange.Parse(text) : null;
}
