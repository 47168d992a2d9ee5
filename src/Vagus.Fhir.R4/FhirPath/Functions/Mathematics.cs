using Vagus.Fhir.R4.FhirPath.Evaluation;
using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.R4.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.R4.FhirPath.Functions;

/// <summary>FHIRPath N1 §5.7. What has no real or representable result is empty.</summary>
internal static class Mathematics
{
    public static IEnumerable<(string Name, Function Function)> All =>
    [
        ("abs", new Function(0, 0, Abs)),
        ("ceiling", new Function(0, 0, call => Whole(call, decimal.Ceiling))),
        ("floor", new Function(0, 0, call => Whole(call, decimal.Floor))),
        ("truncate", new Function(0, 0, call => Whole(call, decimal.Truncate))),
        ("round", new Function(0, 1, Round)),
        ("exp", new Function(0, 0, call => Real(call, Math.Exp))),
        ("ln", new Function(0, 0, call => Real(call, Math.Log))),
        ("log", new Function(1, 1, call => Argument(call) is { } radix ? Real(call, value => Math.Log(value, (double)radix)) : [])),
        ("sqrt", new Function(0, 0, call => Real(call, Math.Sqrt))),
        ("power", new Function(1, 1, Power)),
    ];

    private static Collection Abs(Invocation call) => call.Item is not { } item ? [] : item.Simple switch
    {
        int number => number == int.MinValue ? [] : [FhirPathValue.Of(Math.Abs(number))],
        decimal number => [FhirPathValue.Of(Math.Abs(number))],
        _ when item.Quantity is { } quantity => [FhirPathValue.Of(quantity with { Value = Math.Abs(quantity.Value) })],
        _ => throw call.Wrong("takes a number"),
    };

    private static Collection Whole(Invocation call, Func<decimal, decimal> cut) => Number(call) is not { } number
        ? []
        : cut(number) is >= int.MinValue and <= int.MaxValue and var whole ? [FhirPathValue.Of((int)whole)] : [];

    private static Collection Round(Invocation call)
    {
        if (Number(call) is not { } number) return [];
        var digits = call.Count == 0 ? 0 : call.Integer(0) ?? 0;
        if (digits < 0) throw call.Wrong("takes no negative precision");
        return [FhirPathValue.Of(Math.Round(number, Math.Min(digits, 28), MidpointRounding.AwayFromZero))];
    }

    private static Collection Power(Invocation call)
    {
        if (Number(call) is not { } number || Argument(call) is not { } exponent) return [];
        var result = Math.Pow((double)number, (double)exponent);
        var integers = call.Item?.Simple is int && exponent >= 0 && decimal.IsInteger(exponent);
        return integers && Math.Abs(result) <= int.MaxValue ? [FhirPathValue.Of((int)result)] : Representable(result);
    }

    private static Collection Real(Invocation call, Func<double, double> apply) =>
        Number(call) is { } number ? Representable(apply((double)number)) : [];

    private static Collection Representable(double result) =>
        double.IsFinite(result) && Math.Abs(result) < 7.9e28 ? [FhirPathValue.Of((decimal)result)] : [];

    private static decimal? Number(Invocation call) =>
        call.Item is { } item ? Comparison.Number(item.Simple) ?? throw call.Wrong("takes a number") : null;

    private static decimal? Argument(Invocation call) =>
        call.One(0) is { } item ? Comparison.Number(item.Simple) ?? throw call.Wrong("takes a number") : null;
}
