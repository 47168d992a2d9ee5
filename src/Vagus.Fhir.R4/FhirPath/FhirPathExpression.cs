using System.Text.Json;
using Vagus.Fhir.R4.FhirPath.Evaluation;
using Vagus.Fhir.R4.FhirPath.Parsing;

namespace Vagus.Fhir.R4.FhirPath;

/// <summary>
/// A compiled FHIRPath expression over FHIR R4 JSON. Immutable and safe to share between threads; whoever compiles also caches.
/// The limits are those of <see cref="FhirPathContext"/> and of the README beside this file.
/// </summary>
public sealed class FhirPathExpression
{
    private FhirPathExpression(string text, Node tree)
    {
        Text = text;
        Tree = tree;
    }

    public string Text { get; }

    internal Node Tree { get; }

    /// <summary>Throws <see cref="FhirPathException"/> where the text is no FHIRPath or names an unknown function.</summary>
    public static FhirPathExpression Compile(string expression) => new(expression, Parser.Parse(expression));

    /// <summary>A part of a compiled expression as one of its own; the text stays that of the whole.</summary>
    internal FhirPathExpression With(Node tree) => new(Text, tree);

    /// <summary>
    /// The same without the exception, for expressions that come from outside; <paramref name="problem"/> says where it fails.
    /// </summary>
    public static FhirPathExpression? TryCompile(string expression, out string? problem)
    {
        try
        {
            problem = null;
            return Compile(expression);
        }
        catch (FhirPathException exception)
        {
            problem = exception.Message;
            return null;
        }
    }

    /// <summary>
    /// Throws <see cref="FhirPathException"/> where the expression has no value on this resource or goes past its limits.
    /// </summary>
    public IReadOnlyList<FhirPathValue> Evaluate(JsonElement resource, FhirPathContext? context = null) =>
        new Evaluator(context ?? FhirPathContext.Default, resource).Run(Tree);

    /// <summary>
    /// Evaluates with one element of a resource in focus: <paramref name="typeName"/> is its type or its path, such as
    /// <c>Patient.contact</c>.
    /// </summary>
    public IReadOnlyList<FhirPathValue> Evaluate(
        JsonElement element, string typeName, JsonElement resource, FhirPathContext? context = null) =>
        new Evaluator(context ?? FhirPathContext.Default, resource).Run(Tree, Navigation.Root(element, typeName));

    /// <summary>The result as a criterion: true for one item that is true or no boolean at all, null for nothing.</summary>
    public bool? Holds(JsonElement resource, FhirPathContext? context = null) => Operators.Truth(Evaluate(resource, context));

    public override string ToString() => Text;
}
