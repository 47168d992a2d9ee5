using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store.Index;

/// <summary>
/// Numbers and quantities. <c>fhir_amount</c> finds them by their value, as it was written (no measure) and, for units of UCUM, in base
/// units. A single value has one row (<c>span</c> 0); a range has two, by its lower end (1) and by its upper end (2).
/// <c>fhir_resource_amount</c> has the values of one resource, for a search that something else leads; it only grows at its end.
/// </summary>
internal abstract class AmountIndex(string label, SearchKind kind, SearchParameterKind parameterKind)
    : IndexKind(label, kind, parameterKind, "fhir_amount")
{
    protected const string AsWritten = "";
    protected const long NoSystem = 0;
    private const long Single = 0;
    private const long ByLow = 1;
    private const long ByHigh = 2;

    public override IReadOnlyList<ColumnType> KeyTypes { get; } =
    [
        ColumnType.BigInt, ColumnType.Text, ColumnType.Text, ColumnType.Text, ColumnType.BigInt, ColumnType.Text, ColumnType.Text,
    ];

    public override int? NameColumn => 4;

    public override void Insert(WriteTransaction write, RowOwner owner, IndexEntry entry)
    {
        var (parameter, measure, unit) = (entry.Key[0], entry.Key[1], entry.Key[4..]);
        write.Insert(OfResourceRows, [owner.Tenant, owner.Rid, parameter, measure, entry.Key[2], entry.Key[3], .. unit]);
        foreach (var (span, edge, other) in Places(entry))
            write.Insert(Rows, [owner.Tenant, parameter, measure, span, edge, other, .. unit, owner.Rid]);
    }

    public override async ValueTask Delete(WriteTransaction write, RowOwner owner, IndexEntry entry, CancellationToken cancel)
    {
        await write.Queue(DeleteOfResource, [owner.Tenant, owner.Rid, .. entry.Key], cancel);
        foreach (var (span, edge, other) in Places(entry))
            await write.Queue(DeleteOne, [owner.Tenant, .. entry.Key[..2], span, edge, other, .. entry.Key[4..], owner.Rid], cancel);
    }

    /// <summary>The conditions of <see cref="NumberTest"/> on rows ordered by either end.</summary>
    protected static IEnumerable<string> OfValues(SqlText text, NumberTerm number)
    {
        var (low, high) = (DecimalKey.Of(number.Low), DecimalKey.Of(number.High));
        return number.Test switch
        {
            NumberTest.Equal =>
            [
                $"x.span = {Single} and x.edge >= {text.Value(low)} and x.edge < {text.Value(high)}",
                $"x.span = {ByLow} and x.edge >= {text.Value(low)} and x.edge < {text.Value(high)} and x.other < {text.Value(high)}",
            ],
            NumberTest.NotEqual => [.. ByLower($"< {text.Value(low)}"), .. ByUpper($">= {text.Value(high)}")],
            NumberTest.Greater => ByUpper($"> {text.Value(high)}"),
            NumberTest.GreaterOrEqual => ByUpper($">= {text.Value(high)}"),
            NumberTest.Less => ByLower($"< {text.Value(low)}"),
            NumberTest.LessOrEqual => ByLower($"<= {text.Value(low)}"),
            NumberTest.StartsAfter => ByLower($"> {text.Value(high)}"),
            NumberTest.EndsBefore => ByUpper($"< {text.Value(low)}"),
            NumberTest.Approximate =>
            [
                $"x.span = {Single} and x.edge >= {text.Value(low)} and x.edge <= {text.Value(high)}",
                $"x.span = {ByLow} and x.edge <= {text.Value(high)} and x.other >= {text.Value(low)}",
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(number)),
        };
    }

    private static string[] ByLower(string edge) => [$"x.span = {Single} and x.edge {edge}", $"x.span = {ByLow} and x.edge {edge}"];

    private static string[] ByUpper(string edge) => [$"x.span = {Single} and x.edge {edge}", $"x.span = {ByHigh} and x.edge {edge}"];

    /// <summary>The same on the two ends of a row of one resource.</summary>
    internal static string OfRange(SqlText text, NumberTerm number, string column = "x")
    {
        string Low() => text.Value(DecimalKey.Of(number.Low));
        string High() => text.Value(DecimalKey.Of(number.High));
        var (low, high) = ($"{column}.low", $"{column}.high");
        return number.Test switch
        {
            NumberTest.Equal => $"{low} >= {Low()} and {high} < {High()}",
            NumberTest.NotEqual => $"({low} < {Low()} or {high} >= {High()})",
            NumberTest.Greater => $"{high} > {High()}",
            NumberTest.GreaterOrEqual => $"{high} >= {High()}",
            NumberTest.Less => $"{low} < {Low()}",
            NumberTest.LessOrEqual => $"{low} <= {Low()}",
            NumberTest.StartsAfter => $"{low} > {High()}",
            NumberTest.EndsBefore => $"{high} < {Low()}",
            NumberTest.Approximate => $"{low} <= {High()} and {high} >= {Low()}",
            _ => throw new ArgumentOutOfRangeException(nameof(number)),
        };
    }

    internal static (string Low, string High) Ends(decimal? low, decimal? high) =>
        (low is { } from ? DecimalKey.Of(from) : DecimalKey.Lowest, high is { } to ? DecimalKey.Of(to) : DecimalKey.Highest);

    private static (long Span, string Edge, string Other)[] Places(IndexEntry entry)
    {
        var (low, high) = ((string)entry.Key[2], (string)entry.Key[3]);
        // A single value does not say its other end again.
        return low == high ? [(Single, low, "")] : [(ByLow, low, high), (ByHigh, high, low)];
    }

    private static readonly InsertInto Rows = new(
        "fhir_amount",
        ("tenant_number", ColumnType.BigInt),
        ("param", ColumnType.BigInt),
        ("measure", ColumnType.Text),
        ("span", ColumnType.BigInt),
        ("edge", ColumnType.Text),
        ("other", ColumnType.Text),
        ("system_number", ColumnType.BigInt),
        ("code", ColumnType.Text),
        ("unit", ColumnType.Text),
        ("rid", ColumnType.BigInt));

    private static readonly InsertInto OfResourceRows = new(
        "fhir_resource_amount",
        ("tenant_number", ColumnType.BigInt),
        ("rid", ColumnType.BigInt),
        ("param", ColumnType.BigInt),
        ("measure", ColumnType.Text),
        ("low", ColumnType.Text),
        ("high", ColumnType.Text),
        ("system_number", ColumnType.BigInt),
        ("code", ColumnType.Text),
        ("unit", ColumnType.Text));

    private static readonly Statement DeleteOne = new("""
        delete from fhir_amount
        where tenant_number = @tenant_number
          and param = @param
          and measure = @measure
          and span = @span
          and edge = @edge
          and other = @other
          and system_number = @system_number
          and code = @code
          and unit = @unit
          and rid = @rid
        """);

    private static readonly Statement DeleteOfResource = new("""
        delete from fhir_resource_amount
        where tenant_number = @tenant_number
          and rid = @rid
          and param = @param
          and measure = @measure
          and low = @low
          and high = @high
          and system_number = @system_number
          and code = @code
          and unit = @unit
        """);
}
