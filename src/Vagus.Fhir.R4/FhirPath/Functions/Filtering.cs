using Vagus.Fhir.R4.FhirPath.Evaluation;
using Vagus.Fhir.R4.FhirPath.Parsing;
using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.R4.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.R4.FhirPath.Functions;

/// <summary>FHIRPath N1 §5.2 and the functions that evaluate an argument per item.</summary>
internal static class Filtering
{
    public static IEnumerable<(string Name, Function Function)> All =>
    [
        ("where", new Function(1, 1, Where)),
        ("select", new Function(1, 1, Select)),
        ("repeat", new Function(1, 1, Repeat)),
        ("ofType", new Function(1, 1, OfType)),
        ("aggregate", new Function(1, 2, Aggregate)),
        ("sort", new Function(0, int.MaxValue, Sort)),
        ("iif", new Function(2, 3, Choose)),
        ("trace", new Function(1, 2, call => call.Input)),
    ];

    private static Collection Where(Invocation call) =>
        call.Evaluator.Bounded([.. call.Input.Where((item, index) => call.Holds(0, item, index))]);

    private static Collection Select(Invocation call) =>
        call.Evaluator.Bounded([.. call.Input.SelectMany((item, index) => call.Each(0, item, index))]);

    private static Collection Repeat(Invocation call)
    {
        var seen = Distinct.Set(call.Evaluator);
        var result = new List<FhirPathValue>();
        var open = new Queue<FhirPathValue>(call.Input);
        while (open.TryDequeue(out var item))
        {
            foreach (var found in call.Each(0, item, index: 0).Where(seen.Add))
            {
                result.Add(found);
                open.Enqueue(found);
            }

            if (result.Count > call.Evaluator.Context.MaxItems) break;
        }

        return call.Evaluator.Bounded(result);
    }

    private static Collection OfType(Invocation call)
    {
        var type = Types.Named(call.Call.Arguments[0]) ?? throw call.Wrong("takes a type");
        Types.Check(type);
        return [.. call.Input.Where(item => Types.Casts(item, type))];
    }

    private static Collection Aggregate(Invocation call)
    {
        var total = call.Count == 2 ? call.Argument(1) : [];
        foreach (var (index, item) in call.Input.Index())
        {
            total = call.Evaluator.Evaluate(call.Call.Arguments[0], new Scope([item], index, total));
        }

        return total;
    }

    private static Collection Choose(Invocation call)
    {
        var focus = call.Scope;
        if (call.Call.Source is not null)
        {
            focus = focus with { This = call.Item is { } item ? [item] : [] };
        }

        var criterion = call.Evaluator.Evaluate(call.Call.Arguments[0], focus);
        if (criterion is [{ Simple: not bool }]) throw call.Wrong("takes a boolean criterion");
        if (Operators.Truth(criterion) == true) return call.Evaluator.Evaluate(call.Call.Arguments[1], focus);
        return call.Count == 3 ? call.Evaluator.Evaluate(call.Call.Arguments[2], focus) : [];
    }

    private static Collection Sort(Invocation call)
    {
        call.Evaluator.Step(call.Input.Count);
        if (call.Count == 0) return [.. call.Input.Order(Order(call, descending: false))];
        IOrderedEnumerable<FhirPathValue>? sorted = null;
        foreach (var key in call.Call.Arguments)
        {
            // A leading minus turns the direction, also for texts, which have no negative.
            var (by, descending) = key is Sign { Negative: true } sign ? (sign.Operand, true) : (key, false);
            FhirPathValue? Key(FhirPathValue item) => call.Evaluator.Evaluate(by, new Scope([item])) is [var one, ..] ? one : null;
            var order = Order(call, descending);
            sorted = sorted is null ? call.Input.OrderBy(Key, order) : sorted.ThenBy(Key, order);
        }

        return sorted is null ? [] : [.. sorted];
    }

    // Items without the key come first in either direction.
    private static Comparer<FhirPathValue?> Order(Invocation call, bool descending) => Comparer<FhirPathValue?>.Create((left, right) =>
    {
        call.Evaluator.Step();
        if (left is null || right is null) return (left is null ? 0 : 1) - (right is null ? 0 : 1);
        var order = Comparison.Compare(left, right) ?? 0;
        return descending ? -order : order;
    });
}
