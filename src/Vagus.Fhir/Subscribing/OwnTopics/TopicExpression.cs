using System.Text.Json;
using Vagus.Fhir.R4.FhirPath;

namespace Vagus.Fhir.Subscribing.OwnTopics;

/// <summary>
/// An expression of a topic over the two versions of a change. It comes from outside: what it may cost is bounded, and a change on which
/// it has no value, or goes past the bound, is no event.
/// </summary>
internal sealed class TopicExpression
{
    private const int MostSteps = 20_000;
    private const int MostItems = 5_000;
    private const string Previous = "previous";
    private const string Current = "current";

    private readonly FhirPathExpression expression;

    private TopicExpression(FhirPathExpression expression) => this.expression = expression;

    /// <summary>The expression may ask the version before: names can be written with escapes.</summary>
    public bool LooksBack => expression.Text.Contains(Previous, StringComparison.Ordinal) || expression.Text.Contains('\\');

    public static TopicExpression Compile(string text) => new(FhirPathExpression.Compile(text));

    /// <summary>Why it cannot be applied, to be read after its name; null where it can.</summary>
    public static string? Problem(string text, string type)
    {
        if (text.Length == 0) return "is empty";
        if (ForeignExpression.Problem(text) is { } foreign) return foreign;
        if (ForeignExpression.AsksTheClock(text)) return "asks the clock: a change is decided once, and later";
        var nothing = JsonElement.Parse($$"""{"resourceType":"{{type}}"}""");
        try
        {
            FhirPathExpression.Compile(text).Holds(nothing, Context(nothing, nothing) with { Strict = true });
            return null;
        }
        catch (FhirPathException problem)
        {
            // The text of a FHIRPath error quotes the expression alone.
            return $"cannot be applied to {type}: {problem.Message.TrimEnd('.')}";
        }
    }

    /// <param name="previous">The version before; null: there is none.</param>
    /// <param name="current">The version after; null: it is a deletion.</param>
    public bool Holds(JsonElement? previous, JsonElement? current)
    {
        if ((current ?? previous) is not { } focus) return false;
        try
        {
            return expression.Holds(focus, Context(previous, current)) == true;
        }
        catch (FhirPathException)
        {
            // No value on these versions, or too many steps: an expression that cannot be decided tells nothing.
            return false;
        }
    }

    private static FhirPathContext Context(JsonElement? previous, JsonElement? current) => new()
    {
        AllowsPatterns = false,
        MaxSteps = MostSteps,
        MaxItems = MostItems,
        Variables = new Dictionary<string, JsonElement?>(StringComparer.Ordinal) { [Previous] = previous, [Current] = current },
    };
}
