using Vagus.Fhir.R4.FhirPath.Evaluation;
using Vagus.Fhir.R4.FhirPath.Parsing;
using Vagus.Fhir.R4.FhirPath.Values;
using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.R4.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.R4.FhirPath.Functions;

/// <summary>FHIRPath N1 §5.8 and §5.9: the tree of elements, the clock, and what something is.</summary>
internal static class Trees
{
    public static IEnumerable<(string Name, Function Function)> All =>
    [
        ("children", new Function(0, 0, Children)),
        ("descendants", new Function(0, 0, Descendants)),
        ("now", new Function(0, 0, call => [FhirPathValue.Of(Moment.Instant(call.Evaluator.Now))])),
        ("today",
            new Function(
            0, 0, call => [FhirPathValue.Of(new Moment(MomentKind.Date, call.Evaluator.Now.UtcDateTime.Date, Precision.Day, 0, null))])),
        ("timeOfDay", new Function(0, 0, TimeOfDay)),
        ("type", new Function(0, 0, call => [.. call.Input.Select(item => FhirPathValue.Of(TypeOf(item)))])),
    ];

    private static Collection Children(Invocation call)
    {
        var result = new List<FhirPathValue>();
        foreach (var item in call.Input) Navigation.Children(item, result);
        return call.Evaluator.Bounded(result);
    }

    private static Collection Descendants(Invocation call)
    {
        var result = new List<FhirPathValue>();
        foreach (var item in call.Input) Navigation.Children(item, result);
        for (var i = 0; i < result.Count; i++)
        {
            Navigation.Children(result[i], result);
            if (result.Count > call.Evaluator.Context.MaxItems) break;
        }

        return call.Evaluator.Bounded(result);
    }

    private static Collection TimeOfDay(Invocation call)
    {
        var time = DateTime.MinValue.Add(call.Evaluator.Now.UtcDateTime.TimeOfDay);
        return [FhirPathValue.Of(new Moment(MomentKind.Time, time, Precision.Second, FractionDigits: 3, null))];
    }

    private static TypeName TypeOf(FhirPathValue item) =>
        item.TypeName.StartsWith("System.", StringComparison.Ordinal)
            ? new TypeName("System", item.TypeName[7..]) : new TypeName("FHIR", item.TypeName);
}
