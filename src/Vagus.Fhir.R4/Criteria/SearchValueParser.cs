using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Indexing.Compiling;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.R4.Criteria;

/// <summary>
/// Reads one parameter of a search request: <c>birthdate=ge1980</c>, <c>code:not=a|b,c</c>. Chains, <c>_has</c> and the
/// parameters that shape the result are read elsewhere; what ends a chain comes here with the type it is asked of.
/// </summary>
/// <param name="own">The addresses of this server, below which an absolute reference is a relative one.</param>
/// <param name="clock">What <c>ap</c> of a date is counted from; null: dates are refused.</param>
/// <param name="parameters">What may be searched by; null: R4's parameters.</param>
public sealed class SearchValueParser(OwnBases own, TimeProvider? clock, SearchParameterSet? parameters = null)
{
    private readonly SearchParameterSet parameters = parameters ?? SearchParameterSet.R4;

    /// <summary>The code of the refusal of a parameter without a value.</summary>
    public const string Empty = "empty-search-value";

    private const int MostAlternatives = 500;
    private const int LongestValue = 20_000;

    /// <summary><paramref name="name"/> may carry a modifier. Refusals name the parameter and never its value.</summary>
    public Result<SearchCriterion> Parse(string type, string name, string value)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var code = colon < 0 ? name : name[..colon];
        var modifier = colon < 0 ? null : name[(colon + 1)..];
        if (parameters.Find(type, code) is not { } parameter)
            return Refuse("unknown-search-parameter", $"{type} has no search parameter '{Shown(code)}'");
        if (KindOf(parameter) is not { } kind) return Refuse("unsupported-search-parameter", $"'{code}' cannot be searched here");
        var criterion = new SearchCriterion(parameter.Id, code, kind);
        if (modifier == "missing" && kind is not SearchKind.Composite) return Missing(criterion, value);
        if (value.Length > LongestValue) return Bad(code, "is too long");
        var parts = Escaped.Split(value, ',');
        if (parts.Count > MostAlternatives) return Bad(code, $"has more than {MostAlternatives} alternatives");
        if (parts.TrueForAll(part => part.Length == 0)) return Refuse(Empty, $"The search parameter '{code}' is empty");
        return Terms(criterion, modifier, parts, Reader(type, parameter, modifier));
    }

    private static Result<SearchCriterion> Terms(
        SearchCriterion criterion, string? modifier, List<string> parts, Func<string, SearchTerm?>? reader)
    {
        if (reader is null && NeedsTerminology(criterion, modifier))
            return Refuse("unsupported-search-modifier", $"'{criterion.Code}:{modifier}' needs terminology, which is not asked here");
        if (reader is null)
            return Refuse("unsupported-search-modifier", $"'{criterion.Code}' does not take the modifier ':{Shown(modifier ?? "")}'");
        var terms = new List<SearchTerm>(parts.Count);
        foreach (var part in parts.Where(part => part.Length > 0))
        {
            if (reader(part) is not { } term) return Bad(criterion.Code, "has a value of another kind than the parameter");
            terms.Add(term);
        }

        var kind = modifier == "identifier" ? SearchKind.Token : criterion.Kind;
        return criterion with { Kind = kind, AnyOf = terms, Negated = modifier == "not" };
    }

    private static bool NeedsTerminology(SearchCriterion criterion, string? modifier) =>
        criterion.Kind is SearchKind.Token && modifier is ("in" or "not-in" or "above" or "below");

    private Func<string, SearchTerm?>? Reader(string type, SearchParameterDefinition parameter, string? modifier) =>
        (parameter.Kind, modifier) switch
    {
        (SearchParameterKind.Token, "text") => TermReader.TokenText,
        (SearchParameterKind.Token, "of-type") when FindsIdentifiers(type, parameter) => TermReader.OfType,
        (SearchParameterKind.Token, null or "not") => part => TermReader.Token(part, HasNoSystem(type, parameter)),
        (SearchParameterKind.Reference, null) => part => TermReader.Reference(part, parameter.Targets, own),
        (SearchParameterKind.Reference, "identifier") => part => TermReader.Token(part, ignoreSystem: false),
        (SearchParameterKind.Reference, { } target) when R4Definitions.IsResourceType(target) => part =>
            TermReader.Reference(part, target, own),
        (SearchParameterKind.String, null) => part => TermReader.Text(part, StringMatch.Prefix),
        (SearchParameterKind.String, "contains") => part => TermReader.Text(part, StringMatch.Contains),
        (SearchParameterKind.String, "exact") => part => TermReader.Text(part, StringMatch.Exact),
        (SearchParameterKind.Date, null) when clock is not null => part => ComparisonReader.Date(part, clock.GetUtcNow()),
        (SearchParameterKind.Number, null) => ComparisonReader.Number,
        (SearchParameterKind.Quantity, null) => ComparisonReader.Quantity,
        (SearchParameterKind.Uri, null) => part => TermReader.Uri(part, UriMatch.Exact),
        (SearchParameterKind.Uri, "below") => part => TermReader.Uri(part, UriMatch.Below),
        (SearchParameterKind.Uri, "above") => part => TermReader.Uri(part, UriMatch.Above),
        (SearchParameterKind.Special, null) => PositionTerm.Read,
        (SearchParameterKind.Composite, null) => part => Composite(part, type, parameter),
        _ => null,
    };

    private CompositeTerm? Composite(string text, string type, SearchParameterDefinition parameter)
    {
        var shape = CompositeShape.Of(parameter, type);
        var parts = Escaped.Split(text, '$');
        if (parts.Count != shape.Components.Count) return null;
        if (Parts(parts, type, shape.OfResource ?? []) is not { } ofResource) return null;
        if (Parts(parts, type, shape.Tuples is null ? [] : shape.Components) is not { } ofTuple) return null;
        // The tuples of combo-… are indexed under the parameters of component-….
        var indexed = shape.Tuples is null ? [] : CompositeShape.Of(shape.Tuples, type).Components;
        return new CompositeTerm(
            ofResource, shape.Tuples?.Id, [.. ofTuple.Zip(indexed, (part, component) => part with { Parameter = component.Id })]);
    }

    private List<ComponentTerm>? Parts(List<string> parts, string type, IReadOnlyList<SearchParameterDefinition> components)
    {
        var terms = new List<ComponentTerm>(components.Count);
        foreach (var (part, component) in parts.Zip(components))
        {
            if (part.Length == 0 || KindOf(component) is not { } kind) return null;
            if (Reader(type, component, modifier: null)?.Invoke(part) is not { } term) return null;
            terms.Add(new ComponentTerm(component.Id, kind, term));
        }

        return terms;
    }

    // The system of a code element is implied by its binding and not in the index, so one that is asked for cannot be compared.
    public static bool HasNoSystem(string type, SearchParameterDefinition parameter) =>
        parameter.FindsPrimitivesOnly || ProgramOf(type, parameter) is { FindsPrimitivesOnly: true };

    private static bool FindsIdentifiers(string type, SearchParameterDefinition parameter) =>
        parameter.FindsIdentifiers || ProgramOf(type, parameter) is { FindsIdentifiers: true };

    private static ParameterProgram? ProgramOf(string type, SearchParameterDefinition parameter) =>
        SearchProgram.Of(type).FirstOrDefault(program => program.Parameter.Id == parameter.Id);

    /// <summary>The alternatives of a value, without their escapes; empty ones are left out.</summary>
    public static IReadOnlyList<string> Alternatives(string value) =>
        [.. Escaped.Split(value, ',').Where(part => part.Length > 0).Select(Escaped.Plain)];

    private static SearchKind? KindOf(SearchParameterDefinition parameter) => parameter switch
    {
        { Expression: "" } => null,
        { Kind: SearchParameterKind.Token } => SearchKind.Token,
        { Kind: SearchParameterKind.Reference } => SearchKind.Reference,
        { Kind: SearchParameterKind.String } => SearchKind.String,
        { Kind: SearchParameterKind.Date } => SearchKind.Date,
        { Kind: SearchParameterKind.Number } => SearchKind.Number,
        { Kind: SearchParameterKind.Quantity } => SearchKind.Quantity,
        { Kind: SearchParameterKind.Uri } => SearchKind.Uri,
        { Kind: SearchParameterKind.Composite } => SearchKind.Composite,
        { Kind: SearchParameterKind.Special } => SearchKind.Position,
        _ => (SearchKind?)null,
    };

    private static Result<SearchCriterion> Missing(SearchCriterion criterion, string value) => value switch
    {
        "true" => criterion with { Missing = true },
        "false" => criterion with { Missing = false },
        _ => Bad(criterion.Code, "takes true or false with ':missing'"),
    };

    private static Refusal Bad(string code, string what) =>
        new(RefusalKind.Invalid, "invalid-search-value", $"The search parameter '{code}' {what}");

    private static Refusal Refuse(string code, string message) => new(RefusalKind.Invalid, code, message);

    // The name comes from outside; a long one is nobody's parameter.
    private static string Shown(string name) => name.Length <= 64 ? name : name[..64];
}
