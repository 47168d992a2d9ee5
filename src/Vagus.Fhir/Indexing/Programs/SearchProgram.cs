using System.Collections.Concurrent;
using Vagus.Fhir.Definitions;
using Vagus.Fhir.FhirPath;
using Vagus.Fhir.Indexing.Reading;

namespace Vagus.Fhir.Indexing.Programs;

/// <summary>How one parameter's values are found in a resource of one type.</summary>
internal sealed class ParameterProgram
{
    private readonly Walk[]? walks;

    private ParameterProgram(SearchParameterDefinition parameter, TypeDefinition type)
    {
        Parameter = parameter;
        Expression = FhirPathExpression.Compile(parameter.Expression);
        walks = WalkCompiler.Compile(Expression.Tree, type);
    }

    public SearchParameterDefinition Parameter { get; }

    public FhirPathExpression Expression { get; }

    public bool IsWalked => walks is not null;

    /// <summary>Every value is a code, boolean or text, so that no token has a system.</summary>
    public bool FindsPrimitivesOnly => walks?.All(walk => walk.Leaves.All(leaf => leaf.Type.Kind is TypeKind.Primitive)) == true;

    public static ParameterProgram? Of(SearchParameterDefinition parameter, TypeDefinition type) =>
        parameter.Kind is SearchParameterKind.Composite or SearchParameterKind.Special || parameter.Expression.Length == 0 ? null : new ParameterProgram(parameter, type);

    public void Run(Reader reader)
    {
        if (walks is null)
        {
            Evaluate(reader);
            return;
        }

        foreach (var walk in walks) walk.Run(reader, Parameter);
    }

    /// <summary>The same through the FHIRPath engine: for expressions that are no walk, and as the measure for those that are.</summary>
    public void Evaluate(Reader reader)
    {
        foreach (var value in Expression.Evaluate(reader.Resource, SearchContext))
        {
            if (value.Element is { } element && R4.Type(value.TypeName) is { } type) reader.Read(element, type, Parameter);
            else if (value.Boolean is { } truth && Parameter.Kind is SearchParameterKind.Token) reader.Values.Add(new TokenValue(Parameter.Id, System: null, truth ? "true" : "false"));
        }
    }

    private static readonly FhirPathContext SearchContext = new() { CastsCollections = true };
}

/// <summary>The programs of one resource type, compiled at first use and kept for ever: there are as many as R4 has types.</summary>
internal static class SearchProgram
{
    private static readonly ConcurrentDictionary<string, ParameterProgram[]> Programs = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, ParameterProgram[]> Stored = new(StringComparer.Ordinal);

    /// <summary>Empty for what is no resource type.</summary>
    public static ParameterProgram[] Of(string type) => Programs.TryGetValue(type, out var known) ? known : R4.IsResourceType(type) ? Programs.GetOrAdd(type, Compile) : [];

    /// <summary>The programs whose values the store keeps; numbers, quantities and URIs have no rows.</summary>
    public static ParameterProgram[] StoredOf(string type) => Stored.GetOrAdd(type, static name => [.. Of(name).Where(program => IsStored(program.Parameter))]);

    private static bool IsStored(SearchParameterDefinition parameter) => parameter.Kind
        is SearchParameterKind.Token or SearchParameterKind.Reference or SearchParameterKind.String or SearchParameterKind.Date;

    private static ParameterProgram[] Compile(string typeName)
    {
        var type = R4.Type(typeName) ?? throw new InvalidOperationException($"No definition of {typeName}");
        return [.. R4.SearchParameters(typeName).Values
            .OrderBy(parameter => parameter.Id)
            .Select(parameter => ParameterProgram.Of(parameter, type))
            .OfType<ParameterProgram>()];
    }
}
