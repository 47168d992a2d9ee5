using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store.Index;

/// <summary>
/// Dates and periods as ranges. <c>fhir_date</c> finds them by either end in one b-tree: a range of at most a day has one row, by its start
/// (<c>span</c> 0), from which its end is not far; a longer one has two, by its start (1) and by its end (2). <c>fhir_resource_date</c> has
/// the ranges of one resource, for a search that something else leads; its rows are only ever added at the end.
/// </summary>
internal sealed class DateIndex() : IndexKind("date", SearchKind.Date, SearchParameterKind.Date, "fhir_date")
{
    /// <summary>The longest span of a row by its start alone, in microseconds.</summary>
    private const long Day = 86_400_000_000;
    private const long Short = 0;
    private const long ByStart = 1;
    private const long ByEnd = 2;
    // A column of the resource's own row.
    private static readonly int? LastUpdatedParameter = R4Definitions.SearchParameter("Patient", "_lastUpdated")?.Id;

    public override string SqliteTables => """
        create table fhir_date (
          tenant_number integer not null,
          param integer not null,
          span integer not null,
          edge integer not null,
          other integer not null,
          rid integer not null,
          primary key (tenant_number, param, span, edge, other, rid)
        ) without rowid;
        create table fhir_resource_date (
          tenant_number integer not null,
          rid integer not null,
          param integer not null,
          low integer not null,
          high integer not null,
          primary key (tenant_number, rid, param, low, high)
        ) without rowid;
        """;

    public override string PostgresTables => """
        create table fhir_date (
          tenant_number integer not null,
          param integer not null,
          span integer not null,
          edge bigint not null,
          other bigint not null,
          rid bigint not null,
          primary key (tenant_number, param, span, edge, other, rid)
        );
        create table fhir_resource_date (
          tenant_number integer not null,
          param integer not null,
          rid bigint not null,
          low bigint not null,
          high bigint not null,
          primary key (tenant_number, rid, param, low, high)
        );
        """;

    public override IReadOnlyList<ColumnType> KeyTypes { get; } = [ColumnType.BigInt, ColumnType.BigInt, ColumnType.BigInt];

    public override ValueTask<List<IndexEntry>> EntriesOf(WriteTransaction write, IndexedValues values, CancellationToken cancel)
    {
        // Ends are rounded to microseconds, so that two values may have become one.
        var entries = new DistinctEntries(values.Dates.Count);
        foreach (var date in values.Dates)
        {
            if (date.Parameter == LastUpdatedParameter) continue;
            entries.Add(new IndexEntry((long)date.Parameter, date.Low.ToMicroseconds(), DateSql.EndOf(date.High)));
        }

        return ValueTask.FromResult(entries.All);
    }

    public override void Insert(WriteTransaction write, RowOwner owner, IndexEntry entry)
    {
        write.Insert(OfResourceRows, owner.Tenant, owner.Rid, entry.Key[0], entry.Key[1], entry.Key[2]);
        foreach (var (span, edge, other) in Places(entry)) write.Insert(Rows, owner.Tenant, entry.Key[0], span, edge, other, owner.Rid);
    }

    public override async ValueTask Delete(WriteTransaction write, RowOwner owner, IndexEntry entry, CancellationToken cancel)
    {
        await write.Queue(DeleteOfResource, [owner.Tenant, owner.Rid, .. entry.Key], cancel);
        foreach (var (span, edge, other) in Places(entry))
        {
            await write.Queue(DeleteOne, [owner.Tenant, entry.Key[0], span, edge, other, owner.Rid], cancel);
        }
    }

    public override IEnumerable<string> Conditions(SqlText text, string tenant, SearchTerm term)
    {
        var date = (DateTerm)term;
        var (low, high) = (date.Low.ToMicroseconds(), DateSql.EndOf(date.High));
        return date.Test switch
        {
            DateTest.Within => Starts($">= {text.Value(low)} and x.edge < {text.Value(high)}", $"x.other <= {text.Value(high)}"),
            DateTest.NotWithin => [.. Starts($"< {text.Value(low)}"), .. EndsAfter(text, high)],
            DateTest.After => EndsAfter(text, high),
            DateTest.Before => Starts($"< {text.Value(low)}"),
            DateTest.AtOrAfter => EndsAfter(text, low),
            DateTest.AtOrBefore => Starts($"< {text.Value(high)}"),
            DateTest.StartsAfter => Starts($">= {text.Value(high)}"),
            DateTest.EndsBefore =>
            [
                $"x.span = {Short} and x.edge < {text.Value(low)} and x.other <= {text.Value(low)}",
                $"x.span = {ByEnd} and x.edge <= {text.Value(low)}",
            ],
            DateTest.Overlaps =>
            [
                $"x.span = {Short} and x.edge > {text.Value(low - Day)} and x.edge < {text.Value(high)} and x.other > {text.Value(low)}",
                $"x.span = {ByEnd} and x.edge > {text.Value(low)} and x.other < {text.Value(high)}",
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(term)),
        };
    }

    public override (string Table, string Condition)? OfResource(SqlText text, string tenant, SearchTerm term) =>
        ("fhir_resource_date", DateSql.OfRange(text, (DateTerm)term));

    private static string[] Starts(string start, string? end = null)
    {
        var rest = end is null ? "" : $" and {end}";
        return [$"x.span = {Short} and x.edge {start}{rest}", $"x.span = {ByStart} and x.edge {start}{rest}"];
    }

    private static string[] EndsAfter(SqlText text, long at) =>
    [
        $"x.span = {Short} and x.edge > {text.Value(at - Day)} and x.other > {text.Value(at)}",
        $"x.span = {ByEnd} and x.edge > {text.Value(at)}",
    ];

    private static (long Span, long Edge, long Other)[] Places(IndexEntry entry)
    {
        var (low, high) = ((long)entry.Key[1], (long)entry.Key[2]);
        return high - low <= Day ? [(Short, low, high)] : [(ByStart, low, high), (ByEnd, high, low)];
    }

    private static readonly InsertInto Rows = new(
        "fhir_date",
        ("tenant_number", ColumnType.BigInt),
        ("param", ColumnType.BigInt),
        ("span", ColumnType.BigInt),
        ("edge", ColumnType.BigInt),
        ("other", ColumnType.BigInt),
        ("rid", ColumnType.BigInt));

    private static readonly InsertInto OfResourceRows = new(
        "fhir_resource_date",
        ("tenant_number", ColumnType.BigInt),
        ("rid", ColumnType.BigInt),
        ("param", ColumnType.BigInt),
        ("low", ColumnType.BigInt),
        ("high", ColumnType.BigInt));

    private static readonly Statement DeleteOne = new("""
        delete from fhir_date
        where tenant_number = @tenant_number
          and param = @param
          and span = @span
          and edge = @edge
          and other = @other
          and rid = @rid
        """);

    private static readonly Statement DeleteOfResource = new("""
        delete from fhir_resource_date
        where tenant_number = @tenant_number
          and rid = @rid
          and param = @param
          and low = @low
          and high = @high
        """);
}
