using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.FhirPath;
using Vagus.Fhir.R4.Indexing.Reading;

namespace Vagus.Fhir.R4.Indexing.Compiling;

/// <summary>How one parameter's values are found in a resource of one type.</summary>
internal sealed class ParameterProgram
{
    private readonly PathProgram[]? paths;

    private readonly FhirPathContext context;

    private ParameterProgram(
        SearchParameterDefinition parameter, FhirPathExpression expression, TypeDefinition type, FhirPathContext context)
    {
        (Parameter, Expression, this.context) = (parameter, expression, context);
        paths = PathCompiler.Compile(Expression.Tree, type);
    }

    public SearchParameterDefinition Parameter { get; }

    public FhirPathExpression Expression { get; }

    public bool IsCompiled => paths is not null;

    /// <summary>Every value is a code, boolean or text, so that no token has a system.</summary>
    public bool FindsPrimitivesOnly => paths?.All(path => path.Leaves.All(leaf => leaf.Type.Kind is TypeKind.Primitive)) == true;

    /// <summary>There are identifiers among the values, with types that can be asked for.</summary>
    public bool FindsIdentifiers => paths?.Any(path => path.Leaves.Any(leaf => leaf.Type.Name == "Identifier")) == true;

    public static ParameterProgram? Of(SearchParameterDefinition parameter, TypeDefinition type) =>
        parameter.Kind is SearchParameterKind.Composite || parameter.Expression.Length == 0
            ? null : new ParameterProgram(parameter, FhirPathExpression.Compile(parameter.Expression), type, SearchContext);

    /// <summary>Of a parameter that was added to R4's: what its expression may cost is in the context.</summary>
    public static ParameterProgram OfAdded(
        SearchParameterDefinition parameter, FhirPathExpression expression, TypeDefinition type, FhirPathContext context) =>
        new(parameter, expression, type, context);

    public void Run(Reader reader)
    {
        if (paths is null)
        {
            Evaluate(reader);
            return;
        }

        foreach (var path in paths) path.Run(reader, Parameter);
    }

    /// <summary>
    /// The same through the FHIRPath engine: for expressions that are no such path, and as the measure for those that are.
    /// </summary>
    public void Evaluate(Reader reader)
    {
        foreach (var value in Expression.Evaluate(reader.Resource, context))
        {
            if (value.Element is { } element && R4Definitions.Type(value.TypeName) is { } type) reader.Read(element, type, Parameter);
            else if (value.Boolean is { } truth && Parameter.Kind is SearchParameterKind.Token)
                reader.Values.Add(new TokenValue(Parameter.Id, System: null, truth ? "true" : "false"));
        }
    }

    private static readonly FhirPathContext SearchContext = new() { CastsCollections = true };
}
