using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store.Index;

/// <summary>
/// Codes, identifiers and booleans: equal or not. A system is a number, 0 where the element has none. Two more numbers stand for what is no
/// code: the text that people read in its place, by its start, and an identifier under its type.
/// </summary>
internal sealed class TokenIndex() : IndexKind("token", SearchKind.Token, SearchParameterKind.Token, "fhir_token")
{
    private const long NoSystem = 0;
    private const long IsText = -1;
    private const long IsTyped = -2;
    private const string Separator = "\u001F";
    // The highest code point: every text that starts with a prefix sorts before prefix + this.
    private const string Highest = "\U0010FFFF";
    // A column of the resource's own row.
    private static readonly int? IdParameter = R4Definitions.SearchParameter("Patient", "_id")?.Id;

    public override string SqliteTables => """
        create table fhir_token (
          tenant_number integer not null,
          param integer not null,
          code text not null,
          system_number integer not null,
          rid integer not null,
          primary key (tenant_number, param, code, system_number, rid)
        ) without rowid;
        """;

    public override string PostgresTables => """
        create table fhir_token (
          tenant_number integer not null,
          param integer not null,
          code text collate "C" not null,
          system_number integer not null,
          rid bigint not null,
          primary key (tenant_number, param, code, system_number, rid)
        );
        """;

    public override IReadOnlyList<ColumnType> KeyTypes { get; } = [ColumnType.BigInt, ColumnType.Text, ColumnType.BigInt];

    public override int? NameColumn => 2;

    public override async ValueTask<List<IndexEntry>> EntriesOf(WriteTransaction write, IndexedValues values, CancellationToken cancel)
    {
        var entries = new List<IndexEntry>(values.Tokens.Count);
        foreach (var token in values.Tokens)
        {
            if (token.Parameter == IdParameter) continue;
            var system = token.System is null ? NoSystem : await Names.NumberOf(write, NameKind.System, token.System, cancel);
            entries.Add(new IndexEntry((long)token.Parameter, IndexKey.Of(token.Code), system));
        }

        AddOthers(entries, values);
        return entries;
    }

    /// <summary>What the index has had since step 216: texts and typed identifiers.</summary>
    public static void AddOthers(List<IndexEntry> entries, IndexedValues values)
    {
        // Texts that start alike are one row.
        var texts = new DistinctEntries(values.Texts.Count);
        foreach (var text in values.Texts) texts.Add(new IndexEntry((long)text.Parameter, TextPrefix.Of(text.Normalized), IsText));
        entries.AddRange(texts.All);
        foreach (var typed in values.Identifiers)
            entries.Add(new IndexEntry((long)typed.Parameter, KeyOf(typed.System, typed.Code, typed.Value), IsTyped));
    }

    public override void Insert(WriteTransaction write, RowOwner owner, IndexEntry entry) =>
        write.Insert(Rows, owner.Tenant, entry.Key[0], entry.Key[1], entry.Key[2], owner.Rid);

    public override ValueTask Delete(WriteTransaction write, RowOwner owner, IndexEntry entry, CancellationToken cancel) =>
        write.Queue(DeleteOne, [owner.Tenant, .. entry.Key, owner.Rid], cancel);

    public override IEnumerable<string> Conditions(SqlText text, string tenant, SearchTerm term) => term switch
    {
        TokenTextTerm { Text: var start } =>
            [$"x.system_number = {IsText} and x.code >= {text.Value(start)} and x.code < {text.Value(start + Highest)}"],
        TypedIdentifierTerm typed =>
            [$"x.code = {text.Value(KeyOf(typed.System, typed.Code, typed.Value))} and x.system_number = {IsTyped}"],
        _ => OfCode(text, tenant, (TokenTerm)term),
    };

    /// <summary>The rows of many codes, looked up one by one; their number is not in the text.</summary>
    public static IEnumerable<EngineText> RowsOf(SqlText text, string tenant, TokenSetTerm set, string parameter)
    {
        if (set.Sets.Count == 0) yield return $"select x.rid from fhir_token x where {parameter} and x.rid < 0";
        foreach (var codes in set.Sets)
        {
            var number = codes.System is { } system ? Names.Sql(text, tenant, NameKind.System, system) : "0";
            var ofSystem = set.AnySystem ? $"x.system_number >= {NoSystem}" : $"x.system_number = {number}";
            yield return ReachSql.LookingUp(
                "x.rid", "fhir_token", "x", "code", JsonList.Texts(text, codes.Codes.Select(code => IndexKey.Of(code))),
                $"{parameter} and {ofSystem}");
        }
    }

    private static string[] OfCode(SqlText text, string tenant, TokenTerm token)
    {
        var code = token.Code is null ? null : $"x.code = {text.Value(IndexKey.Of(token.Code))}";
        if (token.AnySystem) return [code is null ? $"x.system_number >= {NoSystem}" : $"{code} and x.system_number >= {NoSystem}"];
        var number = token.System is null ? "0" : Names.Sql(text, tenant, NameKind.System, token.System);
        var system = $"x.system_number = {number}";
        return [code is null ? system : $"{code} and {system}"];
    }

    public override (string Table, string Condition)? OfResource(SqlText text, string tenant, SearchTerm term) =>
        term is TokenTextTerm or TokenSetTerm or TokenTerm { Code: null } ? null : (Table, Conditions(text, tenant, term).Single());

    private static string KeyOf(string? system, string code, string value) => IndexKey.Of($"{system}{Separator}{code}{Separator}{value}");

    private static readonly InsertInto Rows = new(
        "fhir_token",
        ("tenant_number", ColumnType.BigInt),
        ("param", ColumnType.BigInt),
        ("code", ColumnType.Text),
        ("system_number", ColumnType.BigInt),
        ("rid", ColumnType.BigInt));

    private static readonly Statement DeleteOne = new("""
        delete from fhir_token
        where tenant_number = @tenant_number
          and param = @param
          and code = @code
          and system_number = @system_number
          and rid = @rid
        """);
}
