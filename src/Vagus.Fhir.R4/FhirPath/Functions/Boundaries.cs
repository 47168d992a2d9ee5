using Vagus.Fhir.R4.FhirPath.Evaluation;
using Vagus.Fhir.R4.FhirPath.Values;
using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.R4.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.R4.FhirPath.Functions;

/// <summary>FHIRPath 2.0 precision functions: the range that a value of limited precision stands for.</summary>
internal static class Boundaries
{
    private const int MostDigits = 28;
    private static readonly int[] DateTimeDigits = [4, 6, 8, 10, 12, 14];
    private static readonly int[] TimeDigits = [2, 4, 6];

    public static IEnumerable<(string Name, Function Function)> All =>
    [
        ("lowBoundary", new Function(0, 1, call => Boundary(call, high: false))),
        ("highBoundary", new Function(0, 1, call => Boundary(call, high: true))),
        ("precision", new Function(0, 0, Precise)),
        ("comparable", new Function(1, 1, Comparable)),
    ];

    private static Collection Boundary(Invocation call, bool high)
    {
        if (call.Item is not { } item) return [];
        var digits = call.Count == 0 ? null : call.Integer(0);
        if (Comparison.Number(item.Simple) is { } number) return Decimal(number, digits, high) is { } edge ? [FhirPathValue.Of(edge)] : [];
        if (item.Simple is Moment moment) return Edge(moment, digits, high) is { } at ? [FhirPathValue.Of(at)] : [];
        if (item.Quantity is not { } quantity) throw call.Wrong("takes a number, a quantity or a date");
        return Decimal(quantity.Value, digits, high) is { } value ? [FhirPathValue.Of(quantity with { Value = value })] : [];
    }

    private static decimal? Decimal(decimal number, int? requested, bool high)
    {
        var digits = requested ?? 8;
        if (digits is < 0 or > MostDigits) return null;
        try
        {
            var half = new decimal(5, 0, 0, isNegative: false, (byte)Math.Min(number.Scale + 1, MostDigits));
            var mode = high ? MidpointRounding.ToPositiveInfinity : MidpointRounding.ToNegativeInfinity;
            // Adding a zero of that scale keeps the digits that were asked for.
            return Math.Round(high ? number + half : number - half, digits, mode) + new decimal(0, 0, 0, isNegative: false, (byte)digits);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static Moment? Edge(Moment moment, int? requested, bool high)
    {
        var fraction = moment.Kind is MomentKind.Time ? 9 : 17;
        var digits = requested ?? (moment.Kind is MomentKind.Date ? 8 : fraction);
        var steps = moment.Kind is MomentKind.Time ? TimeDigits : DateTimeDigits;
        var level = digits == fraction ? steps.Length - 1 : Array.IndexOf(steps, digits);
        if (level < 0) return null;
        var precision = moment.Kind is MomentKind.Time ? Precision.Hour + level : (Precision)level;
        var kind = moment.Kind is MomentKind.Date && precision > Precision.Day ? MomentKind.DateTime : moment.Kind;
        var offset = moment.OffsetMinutes ?? (kind is MomentKind.DateTime && precision > Precision.Day ? (high ? -12 : 14) * 60 : null);
        return new Moment(kind, high ? Last(moment) : moment.Local, precision, digits == fraction ? 3 : 0, offset);
    }

    // An hour alone is no FHIR dateTime and counts as the full hour.
    private static DateTime Last(Moment moment) => (moment.Precision switch
    {
        Precision.Year => moment.Local.AddYears(1),
        Precision.Month => moment.Local.AddMonths(1),
        Precision.Day => moment.Local.AddDays(1),
        Precision.Hour or Precision.Minute => moment.Local.AddMinutes(1),
        _ when moment.FractionDigits == 0 => moment.Local.AddSeconds(1),
        _ => moment.Local.AddMilliseconds(1),
    }).AddMilliseconds(-1);

    private static Collection Precise(Invocation call) => call.Item is not { } item ? [] : item.Simple switch
    {
        int => [FhirPathValue.Of(0)],
        decimal number => [FhirPathValue.Of((int)number.Scale)],
        Moment moment => [FhirPathValue.Of(Digits(moment))],
        _ => throw call.Wrong("takes a number or a date"),
    };

    private static int Digits(Moment moment)
    {
        var digits = moment.Kind is MomentKind.Time ? TimeDigits[moment.Precision - Precision.Hour] : DateTimeDigits[(int)moment.Precision];
        return digits + moment.FractionDigits;
    }

    private static Collection Comparable(Invocation call)
    {
        if (call.Item is not { } item || call.One(0) is not { } other) return [];
        if (item.Quantity is not { } left || other.Quantity is not { } right) throw call.Wrong("takes quantities");
        return [FhirPathValue.Of(right.In(left.Unit) is not null)];
    }
}
