using System.Globalization;
using Vagus.Storage.Sql;

namespace Vagus.Care.Charts;

/// <summary>FHIR dates and times, also partial ones, as a place in time by which rows are ordered.</summary>
internal static class ClinicalTime
{
    /// <summary>The first of these texts that is a time; a year or a month is its beginning, a time without a zone is UTC.</summary>
    public static long Of(DateTimeOffset otherwise, params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (Parse(text) is { } at) return at.ToMicroseconds();
        }

        return otherwise.ToMicroseconds();
    }

    public static DateTimeOffset? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        var whole = text.Length switch { 4 => text + "-01-01", 7 => text + "-01", _ => text };
        return DateTimeOffset.TryParse(whole, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
    }

    /// <summary>Whole years from a birth date, as far as it is given.</summary>
    public static int? AgeAt(string? birthDate, DateTimeOffset now)
    {
        if (Parse(birthDate) is not { } born || born > now) return null;
        var years = now.Year - born.Year;
        return (now.Month, now.Day).CompareTo((born.Month, born.Day)) < 0 ? years - 1 : years;
    }
}
