using Vagus.Fhir.R4.FhirPath.Evaluation;
using Vagus.Fhir.R4.FhirPath.Parsing;
using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.R4.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.R4.FhirPath.Functions;

/// <summary>One call of a function: what stands before the dot, and arguments that are evaluated when asked for.</summary>
internal sealed record Invocation(Evaluator Evaluator, Collection Input, Call Call, Scope Scope)
{
    public int Count => Call.Arguments.Count;

    /// <summary>The one item before the dot; null where there is none.</summary>
    public FhirPathValue? Item => Input.Count switch
    {
        0 => null,
        1 => Input[0],
        _ => throw Wrong("takes one item"),
    };

    /// <summary>An argument in the focus that surrounds the call.</summary>
    public Collection Argument(int index) => Evaluator.Evaluate(Call.Arguments[index], Scope);

    /// <summary>An argument as a criterion or projection of one item.</summary>
    public Collection Each(int argument, FhirPathValue item, int index) =>
        Evaluator.Evaluate(Call.Arguments[argument], new Scope([item], index, Scope.Total));

    public bool Holds(int argument, FhirPathValue item, int index) => Operators.Truth(Each(argument, item, index)) == true;

    /// <summary>The text before the dot. Dates count as the text they were written with.</summary>
    public string? Text() => Item is { } item ? AsText(item) : null;

    public string? Text(int argument) => One(argument) is { } item ? AsText(item) : null;

    public int? Integer(int argument) => One(argument) is { } item ? item.Simple as int? ?? throw Wrong("takes an integer") : null;

    public FhirPathValue? One(int argument)
    {
        var items = Argument(argument);
        return items.Count switch
        {
            0 => null,
            1 => items[0],
            _ => throw Wrong("takes single items as arguments"),
        };
    }

    public FhirPathException Wrong(string what) => new($"'{Call.Name}' {what}");

    private string AsText(FhirPathValue item) => item.Simple as string ?? throw Wrong("takes a text");
}
