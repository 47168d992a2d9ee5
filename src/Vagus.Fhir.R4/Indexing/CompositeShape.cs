using System.Collections.Concurrent;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Indexing;

/// <summary>
/// What a composite parameter is asked of. On the resource itself its components are asked of the resource, all of them
/// (<see cref="OfResource"/>); on an element that repeats they must hold for one and the same (<see cref="Tuples"/>).
/// </summary>
/// <param name="Components">The parameters by which the values are read, in the order of the request.</param>
/// <param name="OfResource">The same on the resource alone; null: it is not asked.</param>
/// <param name="Tuples">The composite whose tuples are asked; null: none.</param>
public sealed record CompositeShape(
    IReadOnlyList<SearchParameterDefinition> Components, IReadOnlyList<SearchParameterDefinition>? OfResource,
    SearchParameterDefinition? Tuples)
{
    private const string Both = "combo-";
    private static readonly ConcurrentDictionary<int, CompositeShape> Known = new();

    public static CompositeShape Of(SearchParameterDefinition composite, string type) =>
        Known.GetOrAdd(composite.Id, static (_, asked) => Make(asked.composite, asked.type), (composite, type));

    /// <summary>
    /// Where a component's value is within the tuple. R4 has the two of DocumentReference.relationship the wrong way round.
    /// </summary>
    internal static string ExpressionOf(SearchParameterDefinition composite, int component) =>
        composite is { Base: "DocumentReference", Code: "relationship" }
            ? composite.Components[1 - component].Expression
            : composite.Components[component].Expression;

    private static CompositeShape Make(SearchParameterDefinition composite, string type)
    {
        SearchParameterDefinition[] components = [.. composite.Components.Select(component => Named(type, component.Code))];
        if (composite.Expression == type) return new CompositeShape(components, components, null);
        if (!composite.Code.StartsWith(Both, StringComparison.Ordinal)) return new CompositeShape(components, null, composite);
        return new CompositeShape(
            components,
            [.. components.Select(component => Named(type, component.Code[Both.Length..]))],
            Named(type, $"component-{composite.Code[Both.Length..]}"));
    }

    private static SearchParameterDefinition Named(string type, string code) =>
        R4Definitions.SearchParameter(type, code) ?? throw new InvalidOperationException($"{type} has no search parameter {code}.");
}
