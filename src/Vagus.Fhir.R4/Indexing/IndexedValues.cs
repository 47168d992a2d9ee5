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
    /// <summary>A study of several thousand images has fewer; a hostile resource stops here.</summary>
    public const int MostValues = 10_000;

    private readonly DistinctValues<TokenValue> tokens = new(capacity: 16);
    private readonly DistinctValues<ReferenceValue> references = new(capacity: 8);
    private readonly DistinctValues<StringValue> strings = new();
    private readonly DistinctValues<DateValue> dates = new();
    private readonly DistinctValues<QuantityValue> quantities = new();
    private readonly DistinctValues<TokenText> texts = new();
    private readonly DistinctValues<TypedIdentifier> identifiers = new();

    // Few resources have any.
    private DistinctValues<NumberValue>? numbers;
    private DistinctValues<UriValue>? uris;
    private DistinctValues<PositionValue>? positions;
    private List<CompositeValue>? composites;

    public IReadOnlyList<TokenValue> Tokens => tokens.All;

    public IReadOnlyList<ReferenceValue> References => references.All;

    public IReadOnlyList<StringValue> Strings => strings.All;

    public IReadOnlyList<DateValue> Dates => dates.All;

    public IReadOnlyList<NumberValue> Numbers => numbers?.All ?? [];

    public IReadOnlyList<QuantityValue> Quantities => quantities.All;

    public IReadOnlyList<UriValue> Uris => uris?.All ?? [];

    public IReadOnlyList<TokenText> Texts => texts.All;

    public IReadOnlyList<TypedIdentifier> Identifiers => identifiers.All;

    public IReadOnlyList<CompositeValue> Composites => composites ?? [];

    public IReadOnlyList<PositionValue> Positions => positions?.All ?? [];

    public int Count { get; private set; }

    /// <summary>The resource has more values than <see cref="MostValues"/>; the rest is not indexed.</summary>
    public bool IsTruncated { get; private set; }

    internal void Add(TokenValue value) => Add(tokens, value);

    internal void Add(ReferenceValue value) => Add(references, value);

    internal void Add(StringValue value) => Add(strings, value);

    internal void Add(DateValue value) => Add(dates, value);

    internal void Add(NumberValue value) => Add(numbers ??= new(), value);

    internal void Add(QuantityValue value) => Add(quantities, value);

    internal void Add(UriValue value) => Add(uris ??= new(), value);

    internal void Add(TokenText value) => Add(texts, value);

    internal void Add(TypedIdentifier value) => Add(identifiers, value);

    internal void Add(PositionValue value) => Add(positions ??= new(), value);

    /// <summary>Its parts count as values of the resource.</summary>
    internal void Add(CompositeValue value)
    {
        if (value.Parts.Count == 0) return;
        if (Count + value.Parts.Count > MostValues)
        {
            IsTruncated = true;
            return;
        }

        (composites ??= []).Add(value);
        Count += value.Parts.Count;
    }

    private void Add<T>(DistinctValues<T> values, T value)
        where T : struct, IEquatable<T>
    {
        if (IsTruncated || values.Has(value)) return;
        if (Count >= MostValues)
        {
            IsTruncated = true;
            return;
        }

        values.Add(value);
        Count++;
    }
}
