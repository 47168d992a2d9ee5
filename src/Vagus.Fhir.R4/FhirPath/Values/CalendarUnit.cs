namespace Vagus.Fhir.R4.FhirPath.Values;

/// <summary>The calendar durations of FHIRPath (<c>4 days</c>) and the UCUM units that mean the same.</summary>
internal enum CalendarUnit
{
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
}

internal static class CalendarUnits
{
    /// <summary>The UCUM code; null for year and month, which UCUM gives a fixed length that no calendar has.</summary>
    public static string? Ucum(this CalendarUnit unit) => unit switch
    {
        CalendarUnit.Week => "wk",
        CalendarUnit.Day => "d",
        CalendarUnit.Hour => "h",
        CalendarUnit.Minute => "min",
        CalendarUnit.Second => "s",
        CalendarUnit.Millisecond => "ms",
        _ => null,
    };

    extension(CalendarUnit)
    {
        public static CalendarUnit? Parse(string text) => text switch
        {
            "year" or "years" => CalendarUnit.Year,
            "month" or "months" => CalendarUnit.Month,
            "week" or "weeks" => CalendarUnit.Week,
            "day" or "days" => CalendarUnit.Day,
            "hour" or "hours" => CalendarUnit.Hour,
            "minute" or "minutes" => CalendarUnit.Minute,
            "second" or "seconds" => CalendarUnit.Second,
            "millisecond" or "milliseconds" => CalendarUnit.Millisecond,
            _ => null,
        };

        public static CalendarUnit? ParseUcum(string text) => text switch
        {
            "wk" => CalendarUnit.Week,
            "d" => CalendarUnit.Day,
            "h" => CalendarUnit.Hour,
            "min" => CalendarUnit.Minute,
            "s" => CalendarUnit.Second,
            "ms" => CalendarUnit.Millisecond,
            _ => null,
        };
    }
}
