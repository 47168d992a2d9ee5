using Vagus.Fhir.R4.Indexing;
namespace Vagus.Fhir.R4.Criteria;

/// <summary>
/// How a row's range <c>[row.Low, row.High)</c> lies to the asked range <c>[Low, High)</c> (FHIR R4 search, "prefixes").
/// Each line is the condition for a row, ready to be put into SQL.
/// </summary>
public enum DateTest
{
    /// <summary>eq: <c>row.Low &gt;= Low and row.High &lt;= High</c></summary>
    Within,

    /// <summary>ne: <c>row.Low &lt; Low or row.High &gt; High</c></summary>
    NotWithin,

    /// <summary>gt: <c>row.High &gt; High</c></summary>
    After,

    /// <summary>lt: <c>row.Low &lt; Low</c></summary>
    Before,

    /// <summary>
    /// ge: <c>row.High &gt; Low</c>. The specification's wording leaves out a stay that ended during the asked day; every part of the day
    /// counts here, as on other servers.
    /// </summary>
    AtOrAfter,

    /// <summary>le: <c>row.Low &lt; High</c>, for the same reason.</summary>
    AtOrBefore,

    /// <summary>sa: <c>row.Low &gt;= High</c></summary>
    StartsAfter,

    /// <summary>eb: <c>row.High &lt;= Low</c></summary>
    EndsBefore,

    /// <summary>ap: <c>row.Low &lt; High and row.High &gt; Low</c>; the range is widened already.</summary>
    Overlaps,
}

/// <summary>A date with its prefix.</summary>
public sealed record DateTerm(DateTest Test, DateTimeOffset Low, DateTimeOffset High) : SearchTerm
{
    internal override bool Holds(IndexedValues values, int parameter) => values.Dates.Any(row => row.Parameter == parameter && Test switch
    {
        DateTest.Within => row.Low >= Low && row.High <= High,
        DateTest.NotWithin => row.Low < Low || row.High > High,
        DateTest.After => row.High > High,
        DateTest.Before => row.Low < Low,
        DateTest.AtOrAfter => row.High > Low,
        DateTest.AtOrBefore => row.Low < High,
        DateTest.StartsAfter => row.Low >= High,
        DateTest.EndsBefore => row.High <= Low,
        _ => row.Low < High && row.High > Low,
    });
}
