using Vagus.Fhir.R4.FhirPath.Evaluation;
using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.R4.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.R4.FhirPath.Functions;

/// <summary>FHIRPath N1 §5.1: questions about a whole collection.</summary>
internal static class Existence
{
    public static IEnumerable<(string Name, Function Function)> All =>
    [
        ("empty", new Function(0, 0, call => Truth(call.Input.Count == 0))),
        ("exists", new Function(0, 1, Exists)),
        ("all", new Function(1, 1, call => Truth(call.Input.Index().All(row => call.Holds(0, row.Item, row.Index))))),
        ("allTrue", new Function(0, 0, call => Truth(Booleans(call).All(value => value)))),
        ("anyTrue", new Function(0, 0, call => Truth(Booleans(call).Any(value => value)))),
        ("allFalse", new Function(0, 0, call => Truth(Booleans(call).All(value => !value)))),
        ("anyFalse", new Function(0, 0, call => Truth(Booleans(call).Any(value => !value)))),
        ("subsetOf", new Function(1, 1, call => Truth(Within(call.Input, call.Argument(0), call.Evaluator)))),
        ("supersetOf", new Function(1, 1, call => Truth(Within(call.Argument(0), call.Input, call.Evaluator)))),
        ("count", new Function(0, 0, call => [FhirPathValue.Of(call.Input.Count)])),
        ("distinct", new Function(0, 0, call => Distinct.Of(call.Input, call.Evaluator))),
        ("isDistinct", new Function(0, 0, call => Truth(Distinct.Of(call.Input, call.Evaluator).Count == call.Input.Count))),
        ("not", new Function(0, 0, call => Operators.Of(!Operators.Truth(call.Input)))),
        ("hasValue", new Function(0, 0, call => Truth(call.Input.Count == 1 && call.Input[0].Simple is not null))),
    ];

    private static Collection Exists(Invocation call) =>
        Truth(call.Count == 0 ? call.Input.Count > 0 : call.Input.Index().Any(row => call.Holds(0, row.Item, row.Index)));

    private static List<bool> Booleans(Invocation call) =>
        [.. call.Input.Select(item => item.Simple as bool? ?? throw call.Wrong("takes booleans"))];

    private static bool Within(Collection part, Collection whole, Evaluator evaluator)
    {
        var set = Distinct.Set(evaluator);
        set.UnionWith(whole);
        return part.All(set.Contains);
    }

    private static Collection Truth(bool value) => Operators.Of(value);
}
