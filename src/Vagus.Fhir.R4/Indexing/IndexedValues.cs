using System.Runtime.InteropServices;

namespace Vagus.Fhir.R4.Indexing;

/// <summary>A coding, identifier, contact point, code or boolean. <see cref="System"/> is null where the element has none.</summary>
public readonly record struct TokenValue(int Parameter, string? System, string Code);

/// <summary>
/// A reference. Local: <see cref="Type"/> and <see cref="Id"/>, no <see cref="Url"/>. Elsewhere, canonical or <c>urn:</c>: the
/// <see cref="Url"/> without its version, no <see cref="Id"/>, and the type where the text tells it. A canonical with a version has a
/// second value with its full text.
/// </summary>
public readonly record struct ReferenceValue(int Parameter, string? Type, string? Id, string? Url);

/// <summary>A text as it is compared (<see cref="SearchText.Normalize"/>) and as it was written, for <c>:exact</c>.</summary>
public readonly record struct StringValue(int Parameter, string Normalized, string Exact);

/// <summary>The range an element stands for: <see cref="Low"/> inclusive, <see cref="High"/> exclusive, both UTC.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DateValue(int Parameter, DateTimeOffset Low, DateTimeOffset High);

/// <summary>A number, or a range of them (both ends inclusive; null is an open end).</summary>
public readonly record struct NumberValue(int Parameter, decimal? Low, decimal? High);

/// <summary>An amount, or a range of them, with the unit's system and code, or its plain text where there is no code.</summary>
public readonly record struct QuantityValue(int Parameter, string? System, string? Code, decimal? Low, decimal? High)
{
    /// <summary>The unit as people read it, where it is another text than <see cref="Code"/>.</summary>
    public string? Unit { get; init; }
}

/// <summary>What people read in place of a code, for <c>:text</c>: normalised, the display of a coding or the text of a concept.</summary>
public readonly record struct TokenText(int Parameter, string Normalized);

/// <summary>An identifier under a coding of its type, for <c>:of-type</c>.</summary>
public readonly record struct TypedIdentifier(int Parameter, string? System, string Code, string Value);

/// <summary>
/// One element with the parts that a composite parameter joins, under the numbers of the component parameters. Composites over the
/// resource as a whole have none: their components are values of the resource.
/// </summary>
public sealed record CompositeValue(int Parameter, IndexedValues Parts);

/// <summary>A URI, compared as it is.</summary>
public readonly record struct UriValue(int Parameter, string Value);

/// <summary>Where a resource is on the globe.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PositionValue(int Parameter, GlobePoint Place);

/// <summary>
/// What the index holds of one resource, without repeats. <c>Parameter</c> is the number of the search parameter (its id in the
/// definitions). The <c>identifier</c> of a reference is a <see cref="TokenValue"/> under the reference's parameter, for
/// <c>:identifier</c>.
/// </summary>
public sealed class IndexedValues
{
    /// <summary>No real resource comes near; a hostile one stops here.</summary>
    public const int MostValues = 2_000;

    private readonly List<TokenValue> tokens = new(16);
    private readonly List<ReferenceValue> references = new(8);
    private readonly List<StringValue> strings = [];
    private readonly List<DateValue> dates = [];
    private readonly List<NumberValue> numbers = [];
    private readonly List<QuantityValue> quantities = [];
    private readonly List<UriValue> uris = [];
    private readonly List<TokenText> texts = [];
    private readonly List<TypedIdentifier> identifiers = [];
    private readonly List<CompositeValue> composites = [];
    private readonly List<PositionValue> positions = [];

    public IReadOnlyList<TokenValue> Tokens => tokens;

    public IReadOnlyList<ReferenceValue> References => references;

    public IReadOnlyList<StringValue> Strings => strings;

    public IReadOnlyList<DateValue> Dates => dates;

    public IReadOnlyList<NumberValue> Numbers => numbers;

    public IReadOnlyList<QuantityValue> Quantities => quantities;

    public IReadOnlyList<UriValue> Uris => uris;

    public IReadOnlyList<TokenText> Texts => texts;

    public IReadOnlyList<TypedIdentifier> Identifiers => identifiers;

    public IReadOnlyList<CompositeValue> Composites => composites;

    public IReadOnlyList<PositionValue> Positions => positions;

    public int Count { get; private set; }

    /// <summary>The resource has more values than <see cref="MostValues"/>; the rest is not indexed.</summary>
    public bool IsTruncated { get; private set; }

    internal void Add(TokenValue value) => Add(tokens, value, static (left, right) => left.Parameter == right.Parameter);

    internal void Add(ReferenceValue value) => Add(references, value, static (left, right) => left.Parameter == right.Parameter);

    internal void Add(StringValue value) => Add(strings, value, static (left, right) => left.Parameter == right.Parameter);

    internal void Add(DateValue value) => Add(dates, value, static (left, right) => left.Parameter == right.Parameter);

    internal void Add(NumberValue value) => Add(numbers, value, static (left, right) => left.Parameter == right.Parameter);

    internal void Add(QuantityValue value) => Add(quantities, value, static (left, right) => left.Parameter == right.Parameter);

    internal void Add(UriValue value) => Add(uris, value, static (left, right) => left.Parameter == right.Parameter);

    internal void Add(TokenText value) => Add(texts, value, static (left, right) => left.Parameter == right.Parameter);

    internal void Add(TypedIdentifier value) => Add(identifiers, value, static (left, right) => left.Parameter == right.Parameter);

    internal void Add(PositionValue value) => Add(positions, value, static (left, right) => left.Parameter == right.Parameter);

    /// <summary>Its parts count as values of the resource.</summary>
    internal void Add(CompositeValue value)
    {
        if (value.Parts.Count == 0) return;
        if (Count + value.Parts.Count > MostValues)
        {
            IsTruncated = true;
            return;
        }

        composites.Add(value);
        Count += value.Parts.Count;
    }

    // One parameter is read after the other, so its values stand together at the end.
    private void Add<T>(List<T> list, T value, Func<T, T, bool> sameParameter)
        where T : struct, IEquatable<T>
    {
        for (var i = list.Count - 1; i >= 0 && sameParameter(list[i], value); i--)
        {
            if (list[i].Equals(value)) return;
        }

        if (Count >= MostValues)
        {
            IsTruncated = true;
            return;
        }

        list.Add(value);
        Count++;
    }
}
