using Vagus.Fhir.R4.FhirPath.Values;

namespace Vagus.Fhir.R4.FhirPath.Evaluation;

/// <summary><c>+ - * / div mod</c> over numbers, quantities and dates. Null is the empty result.</summary>
internal static class Arithmetic
{
    public static FhirPathValue? Apply(string name, FhirPathValue left, FhirPathValue right) => (left.Simple, right.Simple) switch
    {
        (int a, int b) => Integers(name, a, b),
        (int a, decimal b) => Decimals(name, a, b),
        (decimal a, int b) => Decimals(name, a, b),
        (decimal a, decimal b) => Decimals(name, a, b),
        (Moment a, _) when name is "+" or "-" && right.Quantity is { } duration =>
            MomentArithmetic.Add(a, duration, negative: name == "-") is { } moment ? FhirPathValue.Of(moment) : null,
        _ when Comparison.Quantity(left) is { } a && Comparison.Quantity(right) is { } b => Quantities(name, a, b),
        _ => throw NotFor(name),
    };

    private static FhirPathValue? Integers(string name, int a, int b) => name switch
    {
        "+" => FhirPathValue.Of(checked(a + b)),
        "-" => FhirPathValue.Of(checked(a - b)),
        "*" => FhirPathValue.Of(checked(a * b)),
        "div" => b == 0 ? null : FhirPathValue.Of(checked(a / b)),
        "mod" => b is 0 or -1 ? (b == 0 ? null : FhirPathValue.Of(0)) : FhirPathValue.Of(a % b),
        _ => Decimals(name, a, b),
    };

    private static FhirPathValue? Decimals(string name, decimal a, decimal b) => name switch
    {
        "+" => FhirPathValue.Of(a + b),
        "-" => FhirPathValue.Of(a - b),
        "*" => FhirPathValue.Of(a * b),
        "/" => b == 0 ? null : FhirPathValue.Of(a / b),
        "div" => b == 0 ? null : FhirPathValue.Of(checked((int)decimal.Truncate(a / b))),
        "mod" => b == 0 ? null : FhirPathValue.Of(a % b),
        _ => throw NotFor(name),
    };

    private static FhirPathValue? Quantities(string name, Quantity a, Quantity b) => name switch
    {
        "+" => b.In(a.Unit) is { } added ? FhirPathValue.Of(a with { Value = a.Value + added }) : null,
        "-" => b.In(a.Unit) is { } taken ? FhirPathValue.Of(a with { Value = a.Value - taken }) : null,
        "*" => a.Times(b) is { } product ? FhirPathValue.Of(product) : null,
        "/" => a.DividedBy(b) is { } quotient ? FhirPathValue.Of(quotient) : null,
        _ => throw NotFor(name),
    };

    private static FhirPathException NotFor(string name) => new($"'{name}' is not defined for these types");
}
