using System.Globalization;

namespace Vagus.Fhir.R4.FhirPath.Values;

/// <summary>A number with a unit: a UCUM code, a calendar duration, or "1" for none.</summary>
internal sealed record Quantity(decimal Value, string Unit)
{
    public const string NoUnit = "1";

    /// <summary>The same amount in the other's unit; null where the two do not measure the same thing.</summary>
    public decimal? In(string unit)
    {
        if (Unit == unit) return Value;
        var (from, to) = (Comparable(Unit), Comparable(unit));
        if (from is null || to is null) return SameCalendarUnit(unit) ? Value : Years(unit);
        return Ucum.Convert(Value, from, to);
    }

    /// <summary>A calendar year or month as UCUM's: the same for <c>~</c>, open for <c>=</c>.</summary>
    public Quantity Definite => CalendarUnit.Parse(Unit) switch
    {
        CalendarUnit.Year => this with { Unit = "a" },
        CalendarUnit.Month => this with { Unit = "mo" },
        _ => this,
    };

    private bool SameCalendarUnit(string unit) =>
        CalendarUnit.Parse(Unit) is { } left && CalendarUnit.Parse(unit) is { } right && left == right;

    private decimal? Years(string unit) => (CalendarUnit.Parse(Unit), CalendarUnit.Parse(unit)) switch
    {
        (CalendarUnit.Year, CalendarUnit.Month) => Value * 12,
        (CalendarUnit.Month, CalendarUnit.Year) => Value / 12,
        _ => null,
    };

    private static string? Comparable(string unit) => CalendarUnit.Parse(unit) is { } calendar ? calendar.Ucum() : unit;

    public Quantity? Times(Quantity other) => Combine(other, Value * other.Value, sign: 1);

    public Quantity? DividedBy(Quantity other) => other.Value == 0 ? null : Combine(other, Value / other.Value, sign: -1);

    private Quantity? Combine(Quantity other, decimal value, int sign)
    {
        if (Comparable(Unit) is not { } left || Comparable(other.Unit) is not { } right) return null;
        if (right == NoUnit) return new Quantity(value, Unit);
        if (Ucum.Parse(left) is not { } first || Ucum.Parse(right) is not { } second) return null;
        var unit = first.Combine(second, sign);
        return new Quantity(value * unit.Factor, unit.Dimension);
    }

    public override string ToString()
    {
        var unit = CalendarUnit.Parse(Unit) is null ? $"'{Unit}'" : Unit;
        return string.Create(CultureInfo.InvariantCulture, $"{Value} {unit}");
    }

    /// <summary>What a string says: <c>1</c>, <c>1.5 'mg'</c>, <c>4 days</c>.</summary>
    public static Quantity? Parse(string text)
    {
        var trimmed = text.AsSpan().Trim();
        var end = trimmed.IndexOf(' ');
        var number = end < 0 ? trimmed : trimmed[..end];
        if (DecimalText.Parse(number) is not { } value) return null;
        if (end < 0) return new Quantity(value, NoUnit);
        var unit = trimmed[end..].Trim();
        if (unit.Length > 2 && unit[0] == '\'' && unit[^1] == '\'') return new Quantity(value, unit[1..^1].ToString());
        return CalendarUnit.Parse(unit.ToString()) is null ? null : new Quantity(value, unit.ToString());
    }
}
