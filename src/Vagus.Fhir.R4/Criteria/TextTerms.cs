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

/// <summary>A text; <see cref="Text"/> is normalised already, except for <see cref="StringMatch.Exact"/>.</summary>
public sealed record StringTerm(StringMatch Match, string Text) : SearchTerm
{
    internal override bool Holds(IndexedValues values, int parameter) =>
        values.Strings.Any(value => value.Parameter == parameter && Match switch
    {
        StringMatch.Prefix => value.Normalized.StartsWith(Text, StringComparison.Ordinal),
        StringMatch.Contains => value.Normalized.Contains(Text, StringComparison.Ordinal),
        _ => value.Exact == Text,
    });
}

public enum UriMatch
{
    Exact,

    /// <summary><c>:below</c>: the row starts with the value.</summary>
    Below,

    /// <summary><c>:above</c>: the value starts with the row.</summary>
    Above,
}

public sealed record UriTerm(UriMatch Match, string Value) : SearchTerm
{
    internal override bool Holds(IndexedValues values, int parameter) =>
        values.Uris.Any(value => value.Parameter == parameter && Match switch
    {
        UriMatch.Below => value.Value.StartsWith(Value, StringComparison.Ordinal),
        UriMatch.Above => Value.StartsWith(value.Value, StringComparison.Ordinal),
        _ => value.Value == Value,
    });
}
