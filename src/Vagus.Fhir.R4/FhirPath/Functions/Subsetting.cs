using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.R4.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.R4.FhirPath.Functions;

/// <summary>FHIRPath N1 §5.3: parts of a collection by position.</summary>
internal static class Subsetting
{
    public static IEnumerable<(string Name, Function Function)> All =>
    [
        ("single", new Function(0, 0, call => call.Item is { } item ? [item] : [])),
        ("first", new Function(0, 0, call => [.. Ordered(call).Take(1)])),
        ("last", new Function(0, 0, call => [.. Ordered(call).TakeLast(1)])),
        ("tail", new Function(0, 0, call => [.. Ordered(call).Skip(1)])),
        ("skip", new Function(1, 1, call => [.. Ordered(call).Skip(call.Integer(0) ?? 0)])),
        ("take", new Function(1, 1, call => [.. Ordered(call).Take(call.Integer(0) ?? 0)])),
    ];

    // The order of children() is nobody's promise; strict evaluation refuses to depend on it.
    private static Collection Ordered(Invocation call) =>
        call.Evaluator.Context.Strict && call.Call.Source is Parsing.Call { Name: "children" or "descendants" }
            ? throw call.Wrong("needs an ordered collection")
            : call.Input;
}
