using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.FhirPath.Parsing;
using Vagus.Fhir.R4.Indexing.Reading;

namespace Vagus.Fhir.R4.Indexing.Compiling;

/// <summary>
/// How the tuples of a composite parameter are found. R4's composites stand on the resource itself, whose components are its own values,
/// or on a repeated element right below it (<c>Observation.component</c>), or on both (<c>combo-…</c>).
/// </summary>
internal sealed class CompositeProgram
{
    private const string OfResource = "%resource.";
    private static readonly ConcurrentDictionary<string, CompositeProgram[]> Programs = new(StringComparer.Ordinal);

    private readonly byte[] property;
    private readonly Part[] parts;

    private CompositeProgram(SearchParameterDefinition parameter, TypeDefinition type, TypeDefinition element)
    {
        Parameter = parameter;
        property = Encoding.UTF8.GetBytes(PropertyOf(parameter));
        parts = [.. CompositeShape.Of(parameter, type.Name).Components.Select((component, index) =>
            PartOf(component, CompositeShape.ExpressionOf(parameter, index), type, element))];
    }

    public SearchParameterDefinition Parameter { get; }

    /// <summary>Those of a type whose tuples are elements of their own. <c>combo-…</c> finds the tuples of <c>component-…</c>.</summary>
    public static CompositeProgram[] Of(string type) =>
        Programs.TryGetValue(type, out var known) ? known : R4Definitions.IsResourceType(type) ? Programs.GetOrAdd(type, Compile) : [];

    public void Run(Reader reader)
    {
        if (!reader.Resource.TryGetProperty(property, out var value)) return;
        foreach (var element in Elements.Items(value))
        {
            if (element.ValueKind is not JsonValueKind.Object) continue;
            var tuple = new IndexedValues();
            foreach (var part in parts)
            {
                var from = reader with { Resource = part.OfResource ? reader.Resource : element, Values = tuple };
                foreach (var path in part.Paths) path.Run(from, part.Component);
            }

            reader.Values.Add(new CompositeValue(Parameter.Id, tuple));
        }
    }

    private static CompositeProgram[] Compile(string typeName)
    {
        var type = R4Definitions.Type(typeName) ?? throw new InvalidOperationException($"No definition of {typeName}");
        return [.. R4Definitions.SearchParameters(typeName).Values
            .Where(parameter => parameter.Kind is SearchParameterKind.Composite)
            .OrderBy(parameter => parameter.Id)
            .Where(parameter => CompositeShape.Of(parameter, typeName).Tuples?.Id == parameter.Id)
            .Select(parameter => new CompositeProgram(parameter, type, ElementOf(parameter, type)))];
    }

    /// <summary>The element right below the resource: <c>component</c> of <c>Observation.component</c>.</summary>
    private static string PropertyOf(SearchParameterDefinition parameter) =>
        parameter.Expression.Split('.') is [_, var name] ? name : throw Unknown(parameter);

    private static TypeDefinition ElementOf(SearchParameterDefinition parameter, TypeDefinition type) =>
        type.Element(PropertyOf(parameter))?.Types is [var only] ? only.Definition : throw Unknown(parameter);

    private static Part PartOf(SearchParameterDefinition component, string expression, TypeDefinition type, TypeDefinition element)
    {
        var ofResource = expression.StartsWith(OfResource, StringComparison.Ordinal);
        var tree = Parser.Parse(ofResource ? expression[OfResource.Length..] : expression);
        var paths = PathCompiler.Compile(tree, ofResource ? type : element) ?? throw Unknown(component);
        return new Part(component, paths, ofResource);
    }

    private static InvalidOperationException Unknown(SearchParameterDefinition parameter) =>
        new($"The composite {parameter} is of a shape that is not compiled.");

    private sealed record Part(SearchParameterDefinition Component, PathProgram[] Paths, bool OfResource);
}
