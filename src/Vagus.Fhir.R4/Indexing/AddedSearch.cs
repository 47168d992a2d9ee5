using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.FhirPath;
using Vagus.Fhir.R4.Indexing.Compiling;
using Vagus.Fhir.R4.Indexing.Reading;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.R4.Indexing;

/// <summary>
/// A search parameter that is not R4's, on one type. Its expression comes from outside: it is refused where it could find nothing, it does
/// not depend on the time, and what it may cost on one resource is bounded. A resource on which it has no value, or goes past the bound,
/// has none. Safe to share between threads.
/// </summary>
public sealed class AddedSearch
{
    /// <summary>Characters of an expression.</summary>
    public const int LongestExpression = 2_000;

    private static readonly FhirPathContext Bounded = new()
    {
        CastsCollections = true, AllowsPatterns = false, MaxSteps = 20_000, MaxItems = 5_000,
    };

    private readonly ParameterProgram program;

    private AddedSearch(SearchParameterDefinition parameter, ParameterProgram program) => (Parameter, this.program) = (parameter, program);

    public SearchParameterDefinition Parameter { get; }

    /// <summary>Refuses an expression that is none, that is not to be run, or that finds nothing the parameter's kind is made of.</summary>
    public static Result<AddedSearch> Compile(SearchParameterDefinition parameter)
    {
        if (parameter.Kind is SearchParameterKind.Composite or SearchParameterKind.Special)
            return Refuse(parameter, "Composite and special search parameters cannot be added");
        if (R4Definitions.Type(parameter.Base) is not { Kind: TypeKind.Resource, IsAbstract: false } type)
            return Refuse(parameter, "The base is not one R4 resource type");
        if (parameter.Expression.Length is 0 or > LongestExpression)
            return Refuse(parameter, $"The expression has 1 to {LongestExpression} characters");
        if (FhirPathExpression.TryCompile(parameter.Expression, out var problem) is not { } whole)
            return Refuse(parameter, $"The expression is no FHIRPath: {problem}");
        if (AddedExpression.PartOf(whole.Tree, type) is not { } tree)
            return Refuse(parameter, $"The expression selects nothing of {type.Name}");
        if (AddedExpression.Problem(tree, type, parameter.Kind) is { } unfit) return Refuse(parameter, unfit);

        var program = ParameterProgram.OfAdded(parameter, whole.With(tree), type, Bounded);
        return new AddedSearch(Known(parameter, program), program);
    }

    public void Extract(JsonElement resource, OwnBases own, IndexedValues values)
    {
        try
        {
            program.Run(new Reader(resource, own, values));
        }
        catch (FhirPathException)
        {
            // The expression has no value on this resource, or costs more than it may.
            return;
        }
    }

    /// <summary>With what the program finds: values are read by it.</summary>
    private static SearchParameterDefinition Known(SearchParameterDefinition parameter, ParameterProgram program) => new()
    {
        Id = parameter.Id, Base = parameter.Base, Code = parameter.Code, Kind = parameter.Kind, Url = parameter.Url,
        Targets = parameter.Targets, Expression = parameter.Expression, Components = [],
        FindsPrimitivesOnly = program.FindsPrimitivesOnly, FindsIdentifiers = program.FindsIdentifiers,
    };

    private static Refusal Refuse(SearchParameterDefinition parameter, string cause) =>
        new(RefusalKind.Unprocessable, "processing", $"{cause} ({parameter}).");
}
