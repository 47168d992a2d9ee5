using System.Globalization;

namespace Vagus.Fhir.R4.FhirPath.Values;

internal enum MomentKind
{
    Date,
    DateTime,
    Time,
}

internal enum Precision
{
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// <summary>
/// A Date, DateTime or Time that knows how precise it is. <see cref="Local"/> holds the lowest value of what is not said.
/// Seconds and their fraction are one precision, as the specification has it; <see cref="FractionDigits"/> is for printing.
/// </summary>
internal sealed record Moment(MomentKind Kind, DateTime Local, Precision Precision, int FractionDigits, int? OffsetMinutes)
{
    /// <summary>UTC was written as <c>Z</c>, not as an offset of nothing; text keeps what was written.</summary>
    public bool IsZulu { get; init; } = true;

    private static readonly string[] DateFormats = ["yyyy", "yyyy-MM", "yyyy-MM-dd"];
    private static readonly string[] TimeFormats = ["HH", "HH':'mm", "HH':'mm':'ss"];

    public static Moment Instant(DateTimeOffset at) =>
        new(MomentKind.DateTime, at.UtcDateTime, Precision.Second, FractionDigits: 3, OffsetMinutes: 0);

    /// <summary>What stands after the at sign: <c>2015</c>, <c>2015T</c>, <c>2015-02-04T14:34:28Z</c>, <c>T14:30</c>.</summary>
    public static Moment? ParseLiteral(string text) =>
        text.StartsWith('T') ? ParseTime(text.AsSpan(1))
        : text.EndsWith('T') ? ParseDate(text.AsSpan(0, text.Length - 1)) is { } day ? day with { Kind = MomentKind.DateTime } : null
        : text.Contains('T', StringComparison.Ordinal) ? ParseDateTime(text)
        : ParseDate(text);

    public static Moment? Parse(ReadOnlySpan<char> text, MomentKind kind) => kind switch
    {
        MomentKind.Date => ParseDate(text),
        MomentKind.Time => ParseTime(text),
        _ => ParseDateTime(text),
    };

    private static Moment? ParseDate(ReadOnlySpan<char> text)
    {
        if (text.Length is not (4 or 7 or 10)) return null;
        var precision = (Precision)((text.Length - 4) / 3);
        return Exact(text, DateFormats[(int)precision]) is { } day ? new Moment(MomentKind.Date, day, precision, 0, null) : null;
    }

    private static Moment? ParseTime(ReadOnlySpan<char> text)
    {
        var digits = 0;
        var fraction = 0L;
        var dot = text.IndexOf('.');
        if (dot >= 0)
        {
            digits = text.Length - dot - 1;
            if (dot != 8 || digits is 0 or > 9
                || !long.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out fraction)) return null;
            for (var i = digits; i < 7; i++) fraction *= 10;
            for (var i = digits; i > 7; i--) fraction /= 10;
            text = text[..dot];
        }

        if (text.Length is not (2 or 5 or 8)) return null;
        var level = (text.Length - 2) / 3;
        return Exact(text, TimeFormats[level]) is { } time
            ? new Moment(MomentKind.Time, DateTime.MinValue.AddTicks(time.TimeOfDay.Ticks + fraction), Precision.Hour + level, digits, null)
            : null;
    }

    private static Moment? ParseDateTime(ReadOnlySpan<char> text)
    {
        var split = text.IndexOf('T');
        if (split < 0) return ParseDate(text) is { } date ? date with { Kind = MomentKind.DateTime } : null;
        var zone = text[split..].IndexOfAny('Z', '+', '-');
        int? offset = null;
        var clock = text[(split + 1)..];
        if (zone >= 0)
        {
            offset = ParseOffset(text[(split + zone)..]);
            if (offset is null) return null;
            clock = text[(split + 1)..(split + zone)];
        }

        if (ParseDate(text[..split]) is not { Precision: Precision.Day } day || ParseTime(clock) is not { } time) return null;
        return time with
        {
            Kind = MomentKind.DateTime, Local = day.Local + time.Local.TimeOfDay, OffsetMinutes = offset, IsZulu = text.EndsWith('Z'),
        };
    }

    private static int? ParseOffset(ReadOnlySpan<char> text)
    {
        if (text is "Z") return 0;
        if (text.Length != 6 || Exact(text[1..], TimeFormats[1]) is not { } offset || offset.TimeOfDay.TotalHours > 14) return null;
        return (int)offset.TimeOfDay.TotalMinutes * (text[0] == '-' ? -1 : 1);
    }

    private static DateTime? Exact(ReadOnlySpan<char> text, string format) =>
        DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out var value)
            ? value : null;

    /// <summary>Less than, equal to or greater than zero; null where the precision or a missing time zone leaves it open.</summary>
    public int? CompareTo(Moment other)
    {
        var timed = Precision >= Precision.Hour && other.Precision >= Precision.Hour && Kind is not MomentKind.Time;
        if (timed && OffsetMinutes is null != other.OffsetMinutes is null) return null;
        var (left, right) = timed ? (Utc(), other.Utc()) : (Local, other.Local);
        var shared = Precision < other.Precision ? Precision : other.Precision;
        var order = Floor(left, shared).CompareTo(Floor(right, shared));
        return order != 0 || Precision == other.Precision ? order : null;
    }

    private DateTime Utc()
    {
        var ticks = Local.Ticks - (TimeSpan.TicksPerMinute * (OffsetMinutes ?? 0));
        return new DateTime(Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks));
    }

    private static DateTime Floor(DateTime at, Precision precision) => precision switch
    {
        Precision.Year => new DateTime(at.Year, 1, 1),
        Precision.Month => new DateTime(at.Year, at.Month, 1),
        Precision.Day => at.Date,
        Precision.Hour => at.Date.AddHours(at.Hour),
        Precision.Minute => at.Date.AddMinutes((at.Hour * 60) + at.Minute),
        _ => at,
    };

    public override string ToString()
    {
        if (Kind is MomentKind.Time) return Clock();
        if (Precision <= Precision.Day) return Print(DateFormats[(int)Precision]);
        return $"{Print(DateFormats[2])}T{Clock()}{Zone()}";
    }

    private string Clock()
    {
        var clock = Print(TimeFormats[Precision - Precision.Hour]);
        return FractionDigits == 0
            ? clock
            : $"{clock}.{(Local.Ticks % TimeSpan.TicksPerSecond).ToString("D7", CultureInfo.InvariantCulture).PadRight(9, '0')[..FractionDigits]}";
    }

    private string Zone() => OffsetMinutes switch
    {
        null => "",
        0 => IsZulu ? "Z" : "+00:00",
        < 0 => $"-{-OffsetMinutes / 60:00}:{-OffsetMinutes % 60:00}",
        _ => $"+{OffsetMinutes / 60:00}:{OffsetMinutes % 60:00}",
    };

    private string Print(string format) => Local.ToString(format, CultureInfo.InvariantCulture);
}
