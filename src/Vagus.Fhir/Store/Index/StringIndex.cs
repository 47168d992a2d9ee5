using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store.Index;

/// <summary>
/// Texts, ordered by their folded start. <c>place</c> tells rows of one resource apart whose texts start alike; <c>is_long</c> leads, so
/// that the few texts that are longer than the start are looked through by themselves: 0 and 1. With 2 it says that the row is of a part of
/// a name, or of a name without its punctuation, which is no value of the resource by itself.
/// </summary>
internal sealed class StringIndex() : IndexKind("string", SearchKind.String, SearchParameterKind.String, "fhir_string")
{
    // The highest code point: every text that starts with a prefix sorts before prefix + this.
    private const string Highest = "\U0010FFFF";
    private const long IsPart = 2;

    public override string SqliteTables => """
        create table fhir_string (
          tenant_number integer not null,
          param integer not null,
          is_long integer not null,
          folded text not null,
          rid integer not null,
          place integer not null,
          exact text not null,
          whole text,
          primary key (tenant_number, param, is_long, folded, rid, place)
        ) without rowid;
        """;

    public override string PostgresTables => """
        create table fhir_string (
          tenant_number integer not null,
          param integer not null,
          is_long integer not null,
          folded text collate "C" not null,
          rid bigint not null,
          place integer not null,
          exact text not null,
          whole text collate "C",
          primary key (tenant_number, param, is_long, folded, rid, place)
        );
        """;

    public override IReadOnlyList<ColumnType> KeyTypes { get; } =
        [ColumnType.BigInt, ColumnType.BigInt, ColumnType.Text, ColumnType.BigInt];

    public override ValueTask<List<IndexEntry>> EntriesOf(WriteTransaction write, IndexedValues values, CancellationToken cancel)
    {
        var entries = new List<IndexEntry>(values.Strings.Count);
        foreach (var text in values.Strings) entries.Add(EntryOf(text, place: entries.Count));
        entries.AddRange(PartsOf(entries));
        return ValueTask.FromResult(entries);
    }

    /// <summary>The rows of the parts of names, of a resource with these rows.</summary>
    public static List<IndexEntry> PartsOf(IReadOnlyList<IndexEntry> entries)
    {
        var parts = new List<IndexEntry>();
        foreach (var entry in entries.Where(entry => IsValue(entry) && NameParameters.Has(entry.Parameter)))
        {
            foreach (var part in SearchText.PartsOf((string)entry.Key[2]))
                parts.Add(new IndexEntry([entry.Parameter, IsPart, part, (long)(entries.Count + parts.Count)], ["", null]));
        }

        return parts;
    }

    /// <summary>Whether the row is of a value, and not of a part of a name.</summary>
    public static bool IsValue(IndexEntry entry) => (long)entry.Key[1] < IsPart;

    public static IndexEntry EntryOf(StringValue text, int place)
    {
        var whole = TextPrefix.WholeOf(text.Normalized);
        return new IndexEntry(
            [(long)text.Parameter, whole is null ? 0L : 1L, TextPrefix.Of(text.Normalized), (long)place], [text.Exact, whole]);
    }

    public override void Insert(WriteTransaction write, RowOwner owner, IndexEntry entry) =>
        write.Insert(
            Rows, owner.Tenant, entry.Key[0], entry.Key[1], entry.Key[2], owner.Rid, entry.Key[3], entry.Rest[0], entry.Rest[1]);

    public override ValueTask Delete(WriteTransaction write, RowOwner owner, IndexEntry entry, CancellationToken cancel) =>
        write.Queue(DeleteOne, [owner.Tenant, .. entry.Key[..3], owner.Rid, entry.Key[3]], cancel);

    public override IEnumerable<string> Conditions(SqlText text, string tenant, SearchTerm term) => (StringTerm)term switch
    {
        { Match: StringMatch.Contains } part => Part(text, $"%{Escaped(part.Text)}%"),
        { Match: StringMatch.Prefix } prefix => Prefix(text, prefix.Text).Concat(Bare(text, prefix)),
        var exact => Exact(text, exact.Text),
    };

    public override (string Table, string Condition)? OfResource(SqlText text, string tenant, SearchTerm term) => null;

    // Parameters are numbered in the order of the text, so each condition is made where it is put.
    private static IEnumerable<string> Part(SqlText text, string pattern)
    {
        yield return $"x.is_long in (0, 1) and x.folded like {text.Value(pattern)} escape '\\'";
        yield return $"x.is_long = 1 and x.whole like {text.Value(pattern)} escape '\\'";
    }

    private static IEnumerable<string> Prefix(SqlText text, string prefix)
    {
        if (TextPrefix.WholeOf(prefix) is not null)
        {
            yield return $"x.is_long = 1 and x.folded = {text.Value(TextPrefix.Of(prefix))} and x.whole >= {text.Value(prefix)} "
                + $"and x.whole < {text.Value(prefix + Highest)}";
            yield break;
        }

        yield return $"x.is_long = 0 and x.folded >= {text.Value(prefix)} and x.folded < {text.Value(prefix + Highest)}";
        yield return $"x.is_long = 1 and x.folded >= {text.Value(prefix)} and x.folded < {text.Value(prefix + Highest)}";
    }

    private static IEnumerable<string> Bare(SqlText text, StringTerm prefix)
    {
        if (prefix.Bare is not { Length: > 0 } bare || TextPrefix.WholeOf(bare) is not null) yield break;
        yield return $"x.is_long = {IsPart} and x.folded >= {text.Value(bare)} and x.folded < {text.Value(bare + Highest)}";
        if (bare != prefix.Text) foreach (var condition in Prefix(text, bare)) yield return condition;
    }

    // Equal texts fold alike: the index finds the few that do, the whole text decides.
    private static IEnumerable<string> Exact(SqlText text, string exact)
    {
        var folded = SearchText.Normalize(exact);
        var isLong = TextPrefix.WholeOf(folded) is null ? 0 : 1;
        yield return $"x.is_long = {isLong} and x.folded = {text.Value(TextPrefix.Of(folded))} and x.exact = {text.Value(exact)}";
    }

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);

    private static readonly InsertInto Rows = new(
        "fhir_string",
        ("tenant_number", ColumnType.BigInt),
        ("param", ColumnType.BigInt),
        ("is_long", ColumnType.BigInt),
        ("folded", ColumnType.Text),
        ("rid", ColumnType.BigInt),
        ("place", ColumnType.BigInt),
        ("exact", ColumnType.Text),
        ("whole", ColumnType.Text));

    private static readonly Statement DeleteOne = new("""
        delete from fhir_string
        where tenant_number = @tenant_number
          and param = @param
          and is_long = @is_long
          and folded = @folded
          and rid = @rid
          and place = @place
        """);
}
