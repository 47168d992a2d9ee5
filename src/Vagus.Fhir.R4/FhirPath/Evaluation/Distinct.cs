using System.Text.Json;
using Vagus.Fhir.R4.FhirPath.Values;
using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.R4.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.R4.FhirPath.Evaluation;

/// <summary>A set of items under FHIRPath equality. Each comparison counts as a step, as equal hashes can be many.</summary>
internal sealed class Distinct(Evaluator evaluator) : IEqualityComparer<FhirPathValue>
{
    private const int Quantities = 1;
    private const int Moments = 2;

    public static HashSet<FhirPathValue> Set(Evaluator evaluator) => new(new Distinct(evaluator));

    public static Collection Of(IEnumerable<FhirPathValue> items, Evaluator evaluator)
    {
        var seen = Set(evaluator);
        return evaluator.Bounded([.. items.Where(seen.Add)]);
    }

    public static Collection Union(Collection left, Collection right, Evaluator evaluator) => Of(left.Concat(right), evaluator);

    public bool Equals(FhirPathValue? x, FhirPathValue? y)
    {
        evaluator.Step();
        return ReferenceEquals(x, y) || (x is not null && y is not null && Equality.Equal(x, y) == true);
    }

    public int GetHashCode(FhirPathValue obj) => obj.Simple switch
    {
        Quantity => Quantities,
        Moment => Moments,
        int number => ((decimal)number).GetHashCode(),
        null => obj.Quantity is not null ? Quantities : Shape(obj.Element),
        var simple => simple.GetHashCode(),
    };

    private static int Shape(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Object } json ? HashCode.Combine(Moments, json.GetPropertyCount()) : 0;
}
