using Vagus.Fhir.R4.FhirPath.Parsing;
using Vagus.Fhir.R4.FhirPath.Values;
using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.R4.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.R4.FhirPath.Evaluation;

/// <summary>The infix operators (FHIRPath N1, chapter 6).</summary>
internal static class Operators
{
    public static Collection Apply(Binary binary, Evaluator evaluator, Scope scope)
    {
        var left = evaluator.Evaluate(binary.Left, scope);
        switch (binary.Operator)
        {
            case "and" or "or" or "xor" or "implies":
                return Logic(binary.Operator, Truth(left), () => Truth(evaluator.Evaluate(binary.Right, scope)));
            default:
                return Apply(binary.Operator, left, evaluator.Evaluate(binary.Right, scope), evaluator);
        }
    }

    private static Collection Apply(string name, Collection left, Collection right, Evaluator evaluator) => name switch
    {
        "=" => Of(Equality.Equal(left, right)),
        "!=" => Of(!Equality.Equal(left, right)),
        "~" => [FhirPathValue.Of(Equality.Equivalent(left, right))],
        "!~" => [FhirPathValue.Of(!Equality.Equivalent(left, right))],
        "|" => Distinct.Union(left, right, evaluator),
        "in" => Contains(right, left, evaluator),
        "contains" => Contains(left, right, evaluator),
        "&" => [evaluator.Made(OneText(left) + OneText(right))],
        "<" or ">" or "<=" or ">=" => Compare(name, left, right),
        _ => Calculate(name, left, right, evaluator),
    };

    /// <summary>The singleton rule for criteria: one item that is no boolean counts as true.</summary>
    public static bool? Truth(Collection items) => items.Count switch
    {
        0 => null,
        1 => items[0].Simple as bool? ?? true,
        _ => throw new FhirPathException("A criterion has more than one item"),
    };

    public static Collection Of(bool? value) => value is { } known ? [FhirPathValue.Of(known)] : [];

    public static Collection Negate(Collection items, bool negative)
    {
        if (Single(items, negative ? "-" : "+") is not { } item) return [];
        return item.Simple switch
        {
            int number => [negative ? FhirPathValue.Of(-number) : item],
            decimal number => [negative ? FhirPathValue.Of(-number) : item],
            _ when item.Quantity is { } quantity => [negative ? FhirPathValue.Of(quantity with { Value = -quantity.Value }) : item],
            _ => throw new FhirPathException("A sign stands before a number or a quantity"),
        };
    }

    private static Collection Logic(string name, bool? left, Func<bool?> rightSide)
    {
        if ((name, left) is ("and", false)) return Of(false);
        if ((name, left) is ("or", true) or ("implies", false)) return Of(true);
        var right = rightSide();
        return Of((name, left, right) switch
        {
            ("and", _, _) => right == false ? false : left & right,
            ("or", _, _) => left | right,
            ("xor", not null, not null) => left != right,
            ("implies", true, _) => right,
            ("implies", null, true) => true,
            _ => null,
        });
    }

    private static Collection Contains(Collection items, Collection sought, Evaluator evaluator)
    {
        if (Single(sought, "in") is not { } item) return [];
        evaluator.Step(items.Count);
        return [FhirPathValue.Of(items.Any(other => Equality.Equal(item, other) == true))];
    }

    private static string OneText(Collection items) => Single(items, "&") is not { } item
        ? ""
        : item.Simple as string ?? throw new FhirPathException("'&' joins texts");

    private static Collection Compare(string name, Collection left, Collection right)
    {
        if (Single(left, name) is not { } first || Single(right, name) is not { } second) return [];
        if (Comparison.Compare(first, second) is not { } order) return [];
        return Of(name switch { "<" => order < 0, ">" => order > 0, "<=" => order <= 0, _ => order >= 0 });
    }

    private static Collection Calculate(string name, Collection left, Collection right, Evaluator evaluator)
    {
        if (Single(left, name) is not { } first || Single(right, name) is not { } second) return [];
        if (name == "+" && first.Simple is string start && second.Simple is string end) return [evaluator.Made(start + end)];
        try
        {
            return Arithmetic.Apply(name, first, second) is { } result ? [result] : [];
        }
        catch (OverflowException)
        {
            return [];
        }
    }

    private static FhirPathValue? Single(Collection items, string name) => items.Count switch
    {
        0 => null,
        1 => items[0],
        _ => throw new FhirPathException($"'{name}' takes one item on each side"),
    };
}
