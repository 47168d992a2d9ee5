using System.Globalization;
using System.Text.RegularExpressions;

namespace Vagus.Kernel;

/// <summary>Instants as clients and FHIR write them: ISO 8601 with an offset.</summary>
public static partial class Instants
{
    /// <summary>In UTC; null for what has no offset, or is no instant.</summary>
    public static DateTimeOffset? Parse(string? text) =>
        text is not null && WithOffset().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at.ToUniversalTime() : null;

    /// <summary>
    /// As a parameter of a query has it: also a day, which is its beginning in UTC. The '+' of an offset arrives as a blank where a client
    /// did not encode it.
    /// </summary>
    public static DateTimeOffset? OfQuery(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : Parse(text?.Replace(' ', '+'));

    /// <summary>To the second where it is whole, else to the millisecond: <c>2026-11-26T09:00:00Z</c>.</summary>
    public static string Write(DateTimeOffset at)
    {
        var utc = at.ToUniversalTime();
        var form = utc.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        return utc.ToString(form, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(
        @"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WithOffset();
}
