using System.Text.Json;
using Vagus.Fhir.R4.FhirPath.Functions;
using Vagus.Fhir.R4.FhirPath.Parsing;
using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.R4.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.R4.FhirPath.Evaluation;

/// <summary>One evaluation: walks the tree and counts what it touches.</summary>
internal sealed class Evaluator(FhirPathContext context, JsonElement resource)
{
    public const int LongestText = 1_000_000;
    private const int CharactersPerStep = 100;

    private int steps;
    private DateTimeOffset? now;

    public FhirPathContext Context => context;

    public JsonElement Resource => resource;

    /// <summary>One instant per evaluation, so that <c>now() = now()</c>.</summary>
    public DateTimeOffset Now => now ??= context.Clock.GetUtcNow();

    public Collection Run(Node tree) => Run(tree, Navigation.Root(resource, typeName: null));

    public Collection Run(Node tree, FhirPathValue focus) => Evaluate(tree, new Scope([focus]));

    public Collection Evaluate(Node node, Scope scope)
    {
        Step();
        return node switch
        {
            Literal literal => literal.Value is { } value ? [value] : [],
            Member member => Member(member, scope),
            Call call => call.Function.Run(new Invocation(this, Input(call.Source, scope), call, scope)),
            Indexer indexer => Index(indexer, scope),
            Binary binary => Operators.Apply(binary, this, scope),
            TypeTest test => Test(test, scope),
            Sign sign => Operators.Negate(Evaluate(sign.Operand, scope), sign.Negative),
            Variable variable => Lookup(variable.Name),
            Special { Name: "this" } => scope.This,
            Special { Name: "index" } => scope.Index is { } index ? [FhirPathValue.Of(index)] : [],
            Special => scope.Total ?? [],
            _ => throw new InvalidOperationException($"No evaluation for {node.GetType().Name}"),
        };
    }

    /// <summary>Counts work; an expression that would run for ever ends here.</summary>
    public void Step(int items = 1)
    {
        steps += items;
        if (steps > context.MaxSteps) throw new FhirPathException($"The evaluation takes more than {context.MaxSteps} steps");
    }

    /// <summary>A text that the expression made: long ones are work too, and have an end.</summary>
    public FhirPathValue Made(string text)
    {
        if (text.Length > LongestText) throw new FhirPathException($"A text is longer than {LongestText} characters");
        Step(text.Length / CharactersPerStep);
        return FhirPathValue.Of(text);
    }

    public Collection Bounded(List<FhirPathValue> items)
    {
        if (items.Count > context.MaxItems) throw new FhirPathException($"A collection has more than {context.MaxItems} items");
        Step(items.Count);
        return items;
    }

    private Collection Input(Node? source, Scope scope) => source is null ? scope.This : Evaluate(source, scope);

    private Collection Member(Member member, Scope scope)
    {
        var result = new List<FhirPathValue>();
        foreach (var item in Input(member.Source, scope))
        {
            // "Patient.name" on a Patient: the first name is the focus's own type.
            if (member.Source is null && Types.IsA(item, member.Name)) result.Add(item);
            else Navigation.Children(item, member.Name, result, context.Strict);
        }

        return Bounded(result);
    }

    private Collection Index(Indexer indexer, Scope scope)
    {
        var source = Evaluate(indexer.Source, scope);
        var index = Evaluate(indexer.Index, scope);
        if (index.Count == 0) return [];
        if (index.Count > 1 || index[0].Simple is not int position) throw new FhirPathException("An index is one integer");
        return position >= 0 && position < source.Count ? [source[position]] : [];
    }

    private Collection Test(TypeTest test, Scope scope)
    {
        var input = Input(test.Source, scope);
        Types.Check(test.Type);
        if (test.Cast && context.CastsCollections) return [.. input.Where(item => Types.Casts(item, test.Type))];
        if (input.Count > 1) throw new FhirPathException("'is' and 'as' take one item");
        if (input.Count == 0) return [];
        if (test.Cast) return Types.Casts(input[0], test.Type) ? input : [];
        return [FhirPathValue.Of(Types.Matches(input[0], test.Type))];
    }

    private Collection Lookup(string name)
    {
        if (context.Variables.TryGetValue(name, out var given))
            return given is { } element ? [Navigation.Root(element, typeName: null)] : [];
        return name switch
        {
            "resource" or "context" => [Navigation.Root(resource, typeName: null)],
            "rootResource" => [Navigation.Root(context.RootResource ?? resource, typeName: null)],
            "sct" => [FhirPathValue.Of("http://snomed.info/sct")],
            "loinc" => [FhirPathValue.Of("http://loinc.org")],
            "ucum" => [FhirPathValue.Of("http://unitsofmeasure.org")],
            _ when name.StartsWith("vs-", StringComparison.Ordinal) => [FhirPathValue.Of($"http://hl7.org/fhir/ValueSet/{name[3..]}")],
            _ when name.StartsWith("ext-", StringComparison.Ordinal) =>
                [FhirPathValue.Of($"http://hl7.org/fhir/StructureDefinition/{name[4..]}")],
            _ => throw new FhirPathException($"There is no variable '%{name}'"),
        };
    }
}
