using Vagus.Fhir.R4.FhirPath.Evaluation;
using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.R4.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.R4.FhirPath.Functions;

/// <summary>FHIRPath N1 §5.4 and the set functions of §5.3.</summary>
internal static class Combining
{
    public static IEnumerable<(string Name, Function Function)> All =>
    [
        ("union", new Function(1, 1, call => Distinct.Union(call.Input, call.Argument(0), call.Evaluator))),
        ("combine", new Function(1, 2, call => call.Evaluator.Bounded([.. call.Input, .. call.Argument(0)]))),
        ("intersect", new Function(1, 1, call => Distinct.Of(Keep(call, inside: true), call.Evaluator))),
        ("exclude", new Function(1, 1, call => Keep(call, inside: false))),
    ];

    private static Collection Keep(Invocation call, bool inside)
    {
        var set = Distinct.Set(call.Evaluator);
        set.UnionWith(call.Argument(0));
        return [.. call.Input.Where(item => set.Contains(item) == inside)];
    }
}
