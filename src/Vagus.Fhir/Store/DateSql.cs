using Vagus.Fhir.R4.Criteria;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>The conditions of <see cref="DateTest"/> on the two ends of a range.</summary>
internal static class DateSql
{
    public static string OfRange(SqlText text, DateTerm term) => Of(text, term, "x.low", "x.high");

    /// <summary>For a column that holds one instant: a point, which the narrowest range stands for.</summary>
    public static string OfInstant(SqlText text, DateTerm term, string column) => Of(text, term, column, $"({column} + 1)");

    /// <summary>The end of a range in whole microseconds, rounded away from its start: a range never becomes empty.</summary>
    public static long EndOf(DateTimeOffset high) => high.AddTicks(TimeSpan.TicksPerMicrosecond - 1).ToMicroseconds();

    private static string Of(SqlText text, DateTerm term, string rowLow, string rowHigh)
    {
        string Low() => text.Value(term.Low.ToMicroseconds());
        string High() => text.Value(EndOf(term.High));
        return term.Test switch
        {
            DateTest.Within => $"({rowLow} >= {Low()} and {rowLow} < {High()} and {rowHigh} <= {High()})",
            DateTest.NotWithin => $"({rowLow} < {Low()} or {rowHigh} > {High()})",
            DateTest.After => $"{rowHigh} > {High()}",
            DateTest.Before => $"{rowLow} < {Low()}",
            DateTest.AtOrAfter => $"{rowHigh} > {Low()}",
            DateTest.AtOrBefore => $"{rowLow} < {High()}",
            DateTest.StartsAfter => $"{rowLow} >= {High()}",
            DateTest.EndsBefore => $"{rowHigh} <= {Low()}",
            DateTest.Overlaps => $"({rowLow} < {High()} and {rowHigh} > {Low()})",
            _ => throw new ArgumentOutOfRangeException(nameof(term)),
        };
    }
}
