using System.Runtime.InteropServices;

namespace Vagus.Fhir.R4.Indexing;

/// <summary>
/// The instants that a FHIR date of some precision stands for: <see cref="Low"/> inclusive, <see cref="High"/> exclusive. Without a time
/// zone it counts as UTC.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DateRange(DateTimeOffset Low, DateTimeOffset High)
{
    /// <summary>The open start of a period.</summary>
    public static readonly DateTimeOffset Beginning = DateTimeOffset.MinValue;

    /// <summary>The open end of a period; no date reaches it, not even the year 9999.</summary>
    public static readonly DateTimeOffset End = new(9999, 12, 31, 23, 59, 59, 999, TimeSpan.Zero);

    /// <summary>
    /// Reads <c>2024</c>, <c>2024-05</c>, <c>2024-05-17</c>, <c>2024-05-17T10:30</c> and finer, with or without <c>Z</c> or an offset.
    /// </summary>
    public static DateRange? Parse(ReadOnlySpan<char> text)
    {
        if (text.Length < 4 || Number(text, 0, 4) is not (> 0 and var year)) return null;
        if (text.Length == 4) return Of(new DateTime(year, 1, 1), low => low.AddYears(1));
        if (text.Length < 7 || text[4] != '-' || Number(text, 5, 2) is not (>= 1 and <= 12 and var month)) return null;
        if (text.Length == 7) return Of(new DateTime(year, month, 1), low => low.AddMonths(1));
        if (text.Length < 10 || text[7] != '-' || Number(text, 8, 2) is not (>= 1 and var day) || day > DateTime.DaysInMonth(year, month))
            return null;
        var date = new DateTime(year, month, day);
        if (text.Length == 10) return Of(date, low => low.AddDays(1));
        return text[10] is 'T' ? Timed(date, text[11..]) : null;
    }

    private static DateRange? Timed(DateTime date, ReadOnlySpan<char> text)
    {
        var zone = text.IndexOfAny('Z', '+', '-');
        var offset = zone < 0 ? 0 : Offset(text[zone..]);
        if (offset is not { } minutes) return null;
        var clock = zone < 0 ? text : text[..zone];
        if (clock.Length < 5 || clock[2] != ':') return null;
        if (Number(clock, 0, 2) is not (>= 0 and <= 23 and var hour) || Number(clock, 3, 2) is not (>= 0 and <= 59 and var minute))
            return null;
        var low = date.Ticks + (((hour * 60L) + minute - minutes) * TimeSpan.TicksPerMinute);
        if (clock.Length == 5) return Of(low, TimeSpan.TicksPerMinute);
        if (clock.Length < 8 || clock[5] != ':' || Number(clock, 6, 2) is not (>= 0 and <= 60 and var second)) return null;
        low += second * TimeSpan.TicksPerSecond;
        if (clock.Length == 8) return Of(low, TimeSpan.TicksPerSecond);
        return clock[8] == '.' ? Fraction(low, clock[9..]) : null;
    }

    private static DateRange? Fraction(long low, ReadOnlySpan<char> digits)
    {
        if (digits.Length == 0) return null;
        var width = TimeSpan.TicksPerSecond;
        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit(c)) return null;
            // Finer than the clock's tick: the value is there, its width is one tick.
            if (width == 1) continue;
            width /= 10;
            low += (c - '0') * width;
        }

        return Of(low, width);
    }

    private static int? Offset(ReadOnlySpan<char> text)
    {
        if (text is "Z") return 0;
        if (text.Length != 6 || text[3] != ':') return null;
        if (Number(text, 1, 2) is not (>= 0 and <= 14 and var hours) || Number(text, 4, 2) is not (>= 0 and <= 59 and var minutes))
            return null;
        return ((hours * 60) + minutes) * (text[0] == '-' ? -1 : 1);
    }

    // The calendar ends with the year 9999, which stands for "for ever" in many records.
    private static DateRange Of(DateTime low, Func<DateTime, DateTime> next) =>
        new(Utc(low.Ticks), low.Year == 9999 ? End : Utc(next(low).Ticks));

    private static DateRange Of(long low, long width) => new(Utc(low), Utc(low + width));

    private static DateTimeOffset Utc(long ticks) => new(Math.Clamp(ticks, 0, End.Ticks), TimeSpan.Zero);

    private static int Number(ReadOnlySpan<char> text, int start, int length)
    {
        var number = 0;
        for (var i = start; i < start + length; i++)
        {
            if (i >= text.Length || !char.IsAsciiDigit(text[i])) return -1;
            number = (number * 10) + text[i] - '0';
        }

        return number;
    }
}
