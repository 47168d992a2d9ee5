using Vagus.Fhir.R4.FhirPath.Values;

namespace Vagus.Fhir.R4.FhirPath.Evaluation;

/// <summary>The order of two items: null where it is open, an error where there is none.</summary>
internal static class Comparison
{
    public static int? Compare(FhirPathValue left, FhirPathValue right)
    {
        if (Number(left.Simple) is { } a && Number(right.Simple) is { } b) return a.CompareTo(b);
        return (left.Simple, right.Simple) switch
        {
            (string x, string y) => string.CompareOrdinal(x, y),
            (Moment x, Moment y) when x.Kind is MomentKind.Time == y.Kind is MomentKind.Time => x.CompareTo(y),
            _ when Quantity(left) is { } x && Quantity(right) is { } y => y.In(x.Unit) is { } other ? x.Value.CompareTo(other) : null,
            _ => throw new FhirPathException("These types have no order"),
        };
    }

    /// <summary>The value as a quantity. Numbers count as such without a unit (FHIRPath N1 §5.5, implicit conversions).</summary>
    public static Quantity? Quantity(FhirPathValue value) =>
        Number(value.Simple) is { } number ? new Quantity(number, Values.Quantity.NoUnit) : value.Quantity;

    public static decimal? Number(object? value) => value switch
    {
        int number => number,
        decimal number => number,
        _ => null,
    };
}
