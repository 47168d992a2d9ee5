using Vagus.Fhir.R4.Indexing;
namespace Vagus.Fhir.R4.Criteria;

/// <summary>The kind of index rows that answer a criterion.</summary>
public enum SearchKind
{
    Token,
    Reference,
    String,
    Date,
    Number,
    Quantity,
    Uri,
    Composite,

    /// <summary>Words of texts, which are no values of a resource.</summary>
    Words,

    /// <summary>Places on the globe.</summary>
    Position,
}

/// <summary>
/// One parameter of a search request, understood: a resource meets it when one of <see cref="AnyOf"/> holds for one of its rows of
/// <see cref="Parameter"/>. Criteria of one request are joined by "and". Rows without a value are found by <see cref="Missing"/>, which
/// then stands alone.
/// </summary>
public sealed record SearchCriterion(int Parameter, string Code, SearchKind Kind)
{
    public IReadOnlyList<SearchTerm> AnyOf { get; init; } = [];

    /// <summary>
    /// <c>:not</c>: the resource has no row for which one of <see cref="AnyOf"/> holds; resources without any row are met too.
    /// </summary>
    public bool Negated { get; init; }

    /// <summary>
    /// <c>:missing</c>: true for resources without a row of the parameter, false for those with one; null where it is not asked.
    /// </summary>
    public bool? Missing { get; init; }

    /// <summary>The meaning of the criterion, as the index rows in a database have to give it; subscriptions ask it directly.</summary>
    public bool Holds(IndexedValues values)
    {
        if (Missing is { } missing) return Has(values) != missing;
        return AnyOf.Any(term => term.Holds(values, Parameter)) != Negated;
    }

    private bool Has(IndexedValues values) => Kind switch
    {
        SearchKind.Token => values.Tokens.Any(value => value.Parameter == Parameter)
            || values.Texts.Any(value => value.Parameter == Parameter),
        SearchKind.Reference => values.References.Any(value => value.Parameter == Parameter),
        SearchKind.String => values.Strings.Any(value => value.Parameter == Parameter),
        SearchKind.Date => values.Dates.Any(value => value.Parameter == Parameter),
        SearchKind.Number => values.Numbers.Any(value => value.Parameter == Parameter),
        SearchKind.Quantity => values.Quantities.Any(value => value.Parameter == Parameter),
        SearchKind.Position => values.Positions.Any(value => value.Parameter == Parameter),
        _ => values.Uris.Any(value => value.Parameter == Parameter),
    };
}

/// <summary>One alternative of a criterion.</summary>
public abstract record SearchTerm
{
    internal abstract bool Holds(IndexedValues values, int parameter);
}
