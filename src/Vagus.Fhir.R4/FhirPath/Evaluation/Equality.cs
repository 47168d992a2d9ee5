using System.Text.Json;
using Vagus.Fhir.R4.FhirPath.Values;
using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.R4.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.R4.FhirPath.Evaluation;

/// <summary>Equal (<c>=</c>, may be unknown) and equivalent (<c>~</c>, always true or false).</summary>
internal static class Equality
{
    public static bool? Equal(Collection left, Collection right)
    {
        if (left.Count == 0 || right.Count == 0) return null;
        if (left.Count != right.Count) return false;
        bool? all = true;
        for (var i = 0; i < left.Count; i++)
        {
            var equal = Equal(left[i], right[i]);
            if (equal == false) return false;
            all &= equal;
        }

        return all;
    }

    public static bool? Equal(FhirPathValue left, FhirPathValue right)
    {
        if (Comparison.Number(left.Simple) is { } a && Comparison.Number(right.Simple) is { } b) return a == b;
        switch (left.Simple, right.Simple)
        {
            case (string x, string y):
                return string.Equals(x, y, StringComparison.Ordinal);
            case (Moment x, Moment y):
                if (x.Kind is MomentKind.Time != y.Kind is MomentKind.Time) return false;
                return x.CompareTo(y) is { } order ? order == 0 : null;
        }

        if (Comparison.Quantity(left) is { } first && Comparison.Quantity(right) is { } second)
            return second.In(first.Unit) is { } value ? first.Value == value : null;
        if (left.Simple is not null || right.Simple is not null) return Equals(left.Simple, right.Simple);
        return DeepEqual(left, right);
    }

    private static bool DeepEqual(FhirPathValue left, FhirPathValue right)
    {
        if (left.Element is { } x && right.Element is { } y) return JsonElement.DeepEquals(x, y);
        if (left.Element is not null || right.Element is not null) return false;
        // Primitives without a value: their extensions are all they have.
        return left.Extensions is { } a && right.Extensions is { } b ? JsonElement.DeepEquals(a, b) : left.TypeName == right.TypeName;
    }

    public static bool Equivalent(Collection left, Collection right)
    {
        if (left.Count != right.Count) return false;
        var open = right.ToList();
        foreach (var item in left)
        {
            var index = open.FindIndex(other => Equivalent(item, other));
            if (index < 0) return false;
            open.RemoveAt(index);
        }

        return true;
    }

    private static bool Equivalent(FhirPathValue left, FhirPathValue right)
    {
        if (Comparison.Number(left.Simple) is { } a && Comparison.Number(right.Simple) is { } b) return EquivalentNumbers(a, b);
        if (left.Simple is string x && right.Simple is string y) return string.Equals(Folded(x), Folded(y), StringComparison.Ordinal);
        if (Comparison.Quantity(left)?.Definite is { } first && Comparison.Quantity(right)?.Definite is { } second)
        {
            return second.In(first.Unit) is { } value && EquivalentNumbers(first.Value, value);
        }

        return Equal(left, right) ?? false;
    }

    // Rounded to the less precise of the two; trailing zeros are no precision here.
    private static bool EquivalentNumbers(decimal a, decimal b)
    {
        var digits = Math.Min(Scale(a), Scale(b));
        return Math.Round(a, digits, MidpointRounding.AwayFromZero) == Math.Round(b, digits, MidpointRounding.AwayFromZero);
    }

    // Dividing by one in full scale drops the trailing zeros.
    private static int Scale(decimal value) => (value / 1.0000000000000000000000000000m).Scale;

    private static string Folded(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
}
