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
    /// <summary>Whether it holds for the range <c>[low, high)</c>.</summary>
    public bool Holds(DateTimeOffset low, DateTimeOffset high) => Holds((Start(low), End(high)), (Start(Low), End(High)));

    // In whole microseconds, as rows have them: the end is rounded away from the start, so that no range becomes empty.
    private bool Holds((long Low, long High) row, (long Low, long High) asked) => Test switch
    {
        DateTest.Within => row.Low >= asked.Low && row.High <= asked.High,
        DateTest.NotWithin => row.Low < asked.Low || row.High > asked.High,
        DateTest.After => row.High > asked.High,
        DateTest.Before => row.Low < asked.Low,
        DateTest.AtOrAfter => row.High > asked.Low,
        DateTest.AtOrBefore => row.Low < asked.High,
        DateTest.StartsAfter => row.Low >= asked.High,
        DateTest.EndsBefore => row.High <= asked.Low,
        _ => row.Low < asked.High && row.High > asked.Low,
    };

    private static long Start(DateTimeOffset low) => low.UtcTicks / TimeSpan.TicksPerMicrosecond;

    private static long End(DateTimeOffset high) => (high.UtcTicks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond;

    internal override bool Holds(IndexedValues values, int parameter) =>
        values.Dates.Any(row => row.Parameter == parameter && Holds(row.Low, row.High));
}
