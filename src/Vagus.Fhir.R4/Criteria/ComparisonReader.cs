using System.Globalization;
using Vagus.Fhir.R4.Indexing;

namespace Vagus.Fhir.R4.Criteria;

/// <summary>Reads one alternative of a date, number or quantity parameter, prefix first; null is no such value.</summary>
internal static class ComparisonReader
{
    private const int Tenth = 10;

    public static DateTerm? Date(string text, DateTimeOffset now)
    {
        var (prefix, rest) = Prefix(Escaped.Plain(text));
        // "+" of an offset arrives as a blank where a client did not encode it.
        if (DateRange.Parse(rest.Replace(' ', '+')) is not { } range) return null;
        DateTest? test = prefix switch
        {
            "eq" => DateTest.Within,
            "ne" => DateTest.NotWithin,
            "gt" => DateTest.After,
            "lt" => DateTest.Before,
            "ge" => DateTest.AtOrAfter,
            "le" => DateTest.AtOrBefore,
            "sa" => DateTest.StartsAfter,
            "eb" => DateTest.EndsBefore,
            "ap" => DateTest.Overlaps,
            _ => null,
        };
        if (test is not { } known) return null;
        return known is DateTest.Overlaps ? Widened(range, now) : new DateTerm(known, range.Low, range.High);
    }

    // The further away, the less exact is meant: a tenth of the distance to now on either side.
    private static DateTerm Widened(DateRange range, DateTimeOffset now)
    {
        var slack = Math.Abs((now - range.Low).Ticks) / Tenth;
        return new DateTerm(DateTest.Overlaps, Shifted(range.Low, -slack), Shifted(range.High, slack));
    }

    private static DateTimeOffset Shifted(DateTimeOffset at, long ticks) =>
        new(Math.Clamp(at.UtcTicks + ticks, DateRange.Beginning.UtcTicks, DateRange.End.UtcTicks), TimeSpan.Zero);

    public static NumberTerm? Number(string text)
    {
        var (prefix, rest) = Prefix(Escaped.Plain(text));
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!decimal.TryParse(rest, style, CultureInfo.InvariantCulture, out var number) || Math.Abs(number) > 1e18m) return null;
        if (HalfOfLastDigit(rest, number) is not { } half) return null;
        var tenth = Math.Abs(number) / Tenth;
        return prefix switch
        {
            "eq" => new NumberTerm(NumberTest.Equal, number - half, number + half),
            "ne" => new NumberTerm(NumberTest.NotEqual, number - half, number + half),
            "gt" => new NumberTerm(NumberTest.Greater, number, number),
            "lt" => new NumberTerm(NumberTest.Less, number, number),
            "ge" => new NumberTerm(NumberTest.GreaterOrEqual, number, number),
            "le" => new NumberTerm(NumberTest.LessOrEqual, number, number),
            "sa" => new NumberTerm(NumberTest.StartsAfter, number, number),
            "eb" => new NumberTerm(NumberTest.EndsBefore, number, number),
            "ap" => new NumberTerm(NumberTest.Approximate, number - Math.Max(half, tenth), number + Math.Max(half, tenth)),
            _ => null,
        };
    }

    // R4 search.html#number: 100 stands for 99.5 to 100.5, 100.00 for 99.995 to 100.005, and 1e2 for 95 to 105, as 1.0e2 does.
    private static decimal? HalfOfLastDigit(string text, decimal number)
    {
        var mark = text.IndexOfAny(['e', 'E']);
        if (mark < 0) return new decimal(5, 0, 0, isNegative: false, (byte)Math.Min(number.Scale + 1, 28));
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(text.AsSpan(0, mark), style, CultureInfo.InvariantCulture, out var mantissa)) return null;
        var digits = text.AsSpan(mark + 1);
        if (!int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)) return null;
        var power = (long)exponent - Math.Max((int)mantissa.Scale, 1);
        return 0.5m * (decimal)Math.Pow(10, Math.Clamp(power, -27, 18));
    }

    public static QuantityTerm? Quantity(string text)
    {
        var parts = Escaped.Split(text, '|');
        if (parts.Count is not (1 or 3) || Number(parts[0]) is not { } number) return null;
        if (parts.Count == 1) return new QuantityTerm(number, System: null, Code: null);
        return new QuantityTerm(number, Given(parts[1]), Given(parts[2]));
    }

    private static string? Given(string part) => part.Length == 0 ? null : Escaped.Plain(part);

    private static (string Prefix, string Value) Prefix(string text) =>
        text.Length > 2 && char.IsAsciiLetterLower(text[0]) && char.IsAsciiLetterLower(text[1]) ? (text[..2], text[2..]) : ("eq", text);
}
