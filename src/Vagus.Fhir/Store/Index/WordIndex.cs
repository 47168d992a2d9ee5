using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store.Index;

/// <summary>
/// The words of resources, for <c>_text</c> and <c>_content</c>: a row for each word and resource, of those tenants that have switched it
/// on (<see cref="FullText"/>). They are not values of search parameters, so that <see cref="EntriesOf(ResourceWords)"/> makes them apart.
/// </summary>
internal sealed class WordIndex() : IndexKind("word", SearchKind.Words, null, "fhir_word")
{
    // The highest code point: every text that starts with a prefix sorts before prefix + this.
    private const string Highest = "\U0010FFFF";

    public static readonly long Text = NumberOf("_text");
    public static readonly long Content = NumberOf("_content");

    public override string SqliteTables => """
        create table fhir_word (
          tenant_number integer not null,
          param integer not null,
          word text not null,
          rid integer not null,
          primary key (tenant_number, param, word, rid)
        ) without rowid;
        """;

    public override string PostgresTables => """
        create table fhir_word (
          tenant_number integer not null,
          param integer not null,
          word text collate "C" not null,
          rid bigint not null,
          primary key (tenant_number, param, word, rid)
        );
        """;

    public override IReadOnlyList<ColumnType> KeyTypes { get; } = [ColumnType.BigInt, ColumnType.Text];

    public static List<IndexEntry> EntriesOf(ResourceWords words) =>
    [
        .. words.Text.Select(word => new IndexEntry(Text, word)), .. words.Content.Select(word => new IndexEntry(Content, word)),
    ];

    public override ValueTask<List<IndexEntry>> EntriesOf(WriteTransaction write, IndexedValues values, CancellationToken cancel) =>
        ValueTask.FromResult<List<IndexEntry>>([]);

    public override void Insert(WriteTransaction write, RowOwner owner, IndexEntry entry) =>
        write.Insert(Rows, owner.Tenant, entry.Key[0], entry.Key[1], owner.Rid);

    public override ValueTask Delete(WriteTransaction write, RowOwner owner, IndexEntry entry, CancellationToken cancel) =>
        write.Queue(DeleteOne, [owner.Tenant, .. entry.Key, owner.Rid], cancel);

    /// <summary>The longest whole word names the rows, since it is likely to be the rarest; the others are asked of each.</summary>
    public override IEnumerable<string> Conditions(SqlText text, string tenant, SearchTerm term)
    {
        var words = ((WordsTerm)term).Words.OrderBy(word => word.IsStart).ThenByDescending(word => word.Text.Length).ToList();
        var others = words.Skip(1).Select(word =>
            "exists (select 1 from fhir_word y where y.tenant_number = x.tenant_number and y.param = x.param "
                + $"and {Is(text, "y", word)} and y.rid = x.rid {ReachSql.AskEach})");
        return [string.Join(" and ", others.Prepend(Is(text, "x", words[0])))];
    }

    public override (string Table, string Condition)? OfResource(SqlText text, string tenant, SearchTerm term) =>
        ((WordsTerm)term).Words.Any(word => word.IsStart) ? null : (Table, Conditions(text, tenant, term).Single());

    private static long NumberOf(string code) =>
        R4Definitions.SearchParameter("Patient", code)?.Id ?? throw new InvalidOperationException($"R4 has no {code}.");

    private static string Is(SqlText text, string alias, AskedWord word) => word.IsStart
        ? $"{alias}.word >= {text.Value(word.Text)} and {alias}.word < {text.Value(word.Text + Highest)}"
        : $"{alias}.word = {text.Value(word.Text)}";

    private static readonly InsertInto Rows = new(
        "fhir_word",
        ("tenant_number", ColumnType.BigInt),
        ("param", ColumnType.BigInt),
        ("word", ColumnType.Text),
        ("rid", ColumnType.BigInt));

    private static readonly Statement DeleteOne = new("""
        delete from fhir_word
        where tenant_number = @tenant_number
          and param = @param
          and word = @word
          and rid = @rid
        """);
}
