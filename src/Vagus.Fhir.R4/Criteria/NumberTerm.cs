using Vagus.Fhir.R4.Indexing;
namespace Vagus.Fhir.R4.Criteria;

/// <summary>
/// How a row's numbers <c>[row.Low, row.High]</c> lie to what is asked (FHIR R4 search, "number"). <see cref="Equal"/>,
/// <see cref="NotEqual"/> and <see cref="Approximate"/> ask by the range that the digits of the value leave open; the others by the value
/// itself, where Low and High are the same. An open end of a row (null) reaches beyond every value.
/// </summary>
public enum NumberTest
{
    /// <summary>eq: <c>row.Low &gt;= Low and row.High &lt; High</c></summary>
    Equal,

    /// <summary>ne: not <see cref="Equal"/></summary>
    NotEqual,

    /// <summary>gt: <c>row.High is null or row.High &gt; High</c></summary>
    Greater,

    /// <summary>lt: <c>row.Low is null or row.Low &lt; Low</c></summary>
    Less,

    /// <summary>ge: <c>row.High is null or row.High &gt;= High</c></summary>
    GreaterOrEqual,

    /// <summary>le: <c>row.Low is null or row.Low &lt;= Low</c></summary>
    LessOrEqual,

    /// <summary>sa: <c>row.Low &gt; High</c></summary>
    StartsAfter,

    /// <summary>eb: <c>row.High &lt; Low</c></summary>
    EndsBefore,

    /// <summary>
    /// ap: <c>(row.Low is null or row.Low &lt;= High) and (row.High is null or row.High &gt;= Low)</c>; widened by a tenth.
    /// </summary>
    Approximate,
}

/// <summary>A number with its prefix.</summary>
public sealed record NumberTerm(NumberTest Test, decimal Low, decimal High) : SearchTerm
{
    internal override bool Holds(IndexedValues values, int parameter) =>
        values.Numbers.Any(row => row.Parameter == parameter && Holds(row.Low, row.High));

    internal bool Holds(decimal? low, decimal? high) => Test switch
    {
        NumberTest.Equal => low >= Low && high < High,
        NumberTest.NotEqual => !(low >= Low && high < High),
        NumberTest.Greater => high is null || high > High,
        NumberTest.Less => low is null || low < Low,
        NumberTest.GreaterOrEqual => high is null || high >= High,
        NumberTest.LessOrEqual => low is null || low <= Low,
        NumberTest.StartsAfter => low > High,
        NumberTest.EndsBefore => high < Low,
        _ => (low is null || low <= High) && (high is null || high >= Low),
    };
}

/// <summary>
/// An amount: a number and, where they are given, the unit's system and its code. A code without a system is also the unit as people read
/// it (R4 search, "quantity").
/// </summary>
public sealed record QuantityTerm(NumberTerm Number, string? System, string? Code) : SearchTerm
{
    /// <summary>The amount in base units, where the unit is one of UCUM: it is compared with all units of the same measure.</summary>
    public (string Measure, NumberTerm Number)? Canonical { get; } =
        CanonicalUnit.Of(System, Code) is { } unit && unit.Convert(Number.Low) is { } low && unit.Convert(Number.High) is { } high
            ? (unit.Measure, Number with { Low = low, High = high })
            : null;

    internal override bool Holds(IndexedValues values, int parameter) =>
        values.Quantities.Any(row => row.Parameter == parameter && Holds(row));

    private bool Holds(QuantityValue row) => Canonical is { } canonical ? Holds(row, canonical) : HoldsAsWritten(row);

    private bool HoldsAsWritten(QuantityValue row) =>
        (System is null || row.System == System) && (Code is null || row.Code == Code || (System is null && row.Unit == Code))
            && Number.Holds(row.Low, row.High);

    private static bool Holds(QuantityValue row, (string Measure, NumberTerm Number) canonical)
    {
        if (CanonicalUnit.Of(row.System, row.Code) is not { } unit || unit.Measure != canonical.Measure) return false;
        var (low, high) = (row.Low is { } from ? unit.Convert(from) : null, row.High is { } to ? unit.Convert(to) : null);
        return (low is null) == (row.Low is null) && (high is null) == (row.High is null) && canonical.Number.Holds(low, high);
    }
}
