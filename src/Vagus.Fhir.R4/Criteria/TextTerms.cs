using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
namespace Vagus.Fhir.R4.Criteria;

/// <summary>
/// A token. <see cref="Code"/> null is any code of the system (<c>system|</c>). Without <see cref="AnySystem"/> the row's system equals
/// <see cref="System"/>, where null means a row without one (<c>|code</c>).
/// </summary>
public sealed record TokenTerm(bool AnySystem, string? System, string? Code) : SearchTerm
{
    internal override bool Holds(IndexedValues values, int parameter) => values.Tokens.Any(value =>
        value.Parameter == parameter && (Code is null || value.Code == Code) && (AnySystem || value.System == System));
}

/// <summary>A reference: either <see cref="Url"/>, or an <see cref="Id"/> with a <see cref="Type"/>, where null is any type.</summary>
public sealed record ReferenceTerm(string? Type, string? Id, string? Url) : SearchTerm
{
    internal override bool Holds(IndexedValues values, int parameter) => values.References.Any(value =>
        value.Parameter == parameter && value.Url == Url && value.Id == Id && (Type is null || Url is not null || value.Type == Type));
}

public enum StringMatch
{
    /// <summary>The normalised text starts with the normalised value.</summary>
    Prefix,

    /// <summary><c>:contains</c>: the normalised value is somewhere in the normalised text.</summary>
    Contains,

    /// <summary><c>:exact</c>: the texts are the same to the letter.</summary>
    Exact,
}

/// <summary>The string parameters whose values are also found by their parts and without punctuation: names.</summary>
public static class NameParameters
{
    private static readonly HashSet<int> Ids =
    [
        .. R4Definitions.ResourceTypes.SelectMany(type => R4Definitions.SearchParameters(type).Values)
            .Where(parameter => parameter is { Kind: SearchParameterKind.String, Code: "name" or "family" or "given" or "phonetic" })
            .Select(parameter => parameter.Id),
    ];

    public static bool Has(long parameter) => Ids.Contains((int)parameter);
}

/// <summary>A text; <see cref="Text"/> is normalised already, except for <see cref="StringMatch.Exact"/>.</summary>
public sealed record StringTerm(StringMatch Match, string Text) : SearchTerm
{
    internal override bool Holds(IndexedValues values, int parameter) =>
        values.Strings.Any(value => value.Parameter == parameter && Match switch
    {
        StringMatch.Prefix => value.Normalized.StartsWith(Text, StringComparison.Ordinal) || StartsBare(value.Normalized, parameter),
        StringMatch.Contains => value.Normalized.Contains(Text, StringComparison.Ordinal),
        _ => value.Exact == Text,
    });

    /// <summary>The text without punctuation; empty: there is nothing left of it.</summary>
    public string Bare => SearchText.Bare(Text);

    private bool StartsBare(string normalized, int parameter)
    {
        if (Bare is not { Length: > 0 and <= SearchText.LongestStart } bare) return false;
        return normalized.StartsWith(bare, StringComparison.Ordinal)
            || (NameParameters.Has(parameter)
                && SearchText.PartsOf(SearchText.Cut(normalized, SearchText.LongestStart))
                    .Any(part => part.StartsWith(bare, StringComparison.Ordinal)));
    }
}

public enum UriMatch
{
    Exact,

    /// <summary><c>:below</c>: the row is the value or lies below it, by whole segments of the path.</summary>
    Below,

    /// <summary><c>:above</c>: the value is the row or lies below it.</summary>
    Above,
}

public sealed record UriTerm(UriMatch Match, string Value) : SearchTerm
{
    internal override bool Holds(IndexedValues values, int parameter) =>
        values.Uris.Any(value => value.Parameter == parameter && Match switch
    {
        UriMatch.Below => IsBelow(value.Value, Value),
        UriMatch.Above => IsBelow(Value, value.Value),
        _ => value.Value == Value,
    });

    private static bool IsBelow(string lower, string upper) =>
        lower == upper || lower.StartsWith(upper.EndsWith('/') ? upper : $"{upper}/", StringComparison.Ordinal);
}

/// <summary><c>:text</c>: what people read in place of the code starts with the normalised text.</summary>
public sealed record TokenTextTerm(string Text) : SearchTerm
{
    internal override bool Holds(IndexedValues values, int parameter) =>
        values.Texts.Any(value => value.Parameter == parameter && value.Normalized.StartsWith(Text, StringComparison.Ordinal));
}

/// <summary>One of many codes, as a value set or a hierarchy of codes names them.</summary>
/// <param name="Sets">The codes by their systems.</param>
/// <param name="AnySystem">The index has no systems for the parameter: the code alone decides.</param>
public sealed record TokenSetTerm(IReadOnlyList<CodesOfSystem> Sets, bool AnySystem) : SearchTerm
{
    internal override bool Holds(IndexedValues values, int parameter) => values.Tokens.Any(value => value.Parameter == parameter
        && Sets.Any(set => (AnySystem || set.System == value.System) && set.Codes.Contains(value.Code, StringComparer.Ordinal)));
}

/// <summary>Codes of one system; null: of none.</summary>
public sealed record CodesOfSystem(string? System, IReadOnlyList<string> Codes);

/// <summary><c>:of-type</c>: an identifier with a coding of its type.</summary>
public sealed record TypedIdentifierTerm(string? System, string Code, string Value) : SearchTerm
{
    internal override bool Holds(IndexedValues values, int parameter) =>
        values.Identifiers.Contains(new TypedIdentifier(parameter, System, Code, Value));
}

/// <summary>One part of a composite: a parameter with one value.</summary>
public sealed record ComponentTerm(int Parameter, SearchKind Kind, SearchTerm Term)
{
    internal bool Holds(IndexedValues values) => Term.Holds(values, Parameter);
}

/// <summary>
/// A tuple of values. It holds where all of <see cref="OfResource"/> hold for the resource, or all of <see cref="OfTuple"/> for one element
/// of <see cref="Tuples"/>. Empty, and null: not asked; see <see cref="CompositeShape"/>.
/// </summary>
public sealed record CompositeTerm(IReadOnlyList<ComponentTerm> OfResource, int? Tuples, IReadOnlyList<ComponentTerm> OfTuple) : SearchTerm
{
    internal override bool Holds(IndexedValues values, int parameter) =>
        (OfResource.Count > 0 && OfResource.All(part => part.Holds(values)))
            || values.Composites.Any(tuple => tuple.Parameter == Tuples && OfTuple.All(part => part.Holds(tuple.Parts)));
}
