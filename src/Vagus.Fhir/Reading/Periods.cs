using System.Globalization;
using System.Text.Json;

namespace Vagus.Fhir.Reading;

/// <summary>The <c>period</c> of an element (R4 Period): both ends belong to it, and a day is one of UTC.</summary>
internal static class Periods
{
    private const string Day = "yyyy-MM-dd";

    /// <summary>True also without a period, and of an end that is open.</summary>
    public static bool Hold(JsonElement element, DateTimeOffset at) =>
        !element.TryGetProperty("period", out var period) || (Compare(at, period, "start") >= 0 && Compare(at, period, "end") <= 0);

    private static int Compare(DateTimeOffset at, JsonElement period, string end)
    {
        if (!period.TryGetProperty(end, out var value) || value.GetString() is not { } text) return 0;
        if (text.Length > Day.Length) return at.CompareTo(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture));
        return string.CompareOrdinal(at.UtcDateTime.ToString(Day, CultureInfo.InvariantCulture)[..text.Length], text);
    }
}
