using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store.Index;

/// <summary>
/// URIs, compared whole, and by the segments of their path for <c>:below</c> and <c>:above</c>. One of more than 1,024 bytes is kept as its
/// digest and is found whole only.
/// </summary>
internal sealed class UriIndex() : IndexKind("uri", SearchKind.Uri, SearchParameterKind.Uri, "fhir_uri")
{
    // The highest code point: every text that starts with a prefix sorts before prefix + this.
    private const string Highest = "\U0010FFFF";
    // Segments of one address that are asked for one by one.
    private const int MostSegments = 64;

    public override string SqliteTables => """
        create table fhir_uri (
          tenant_number integer not null,
          param integer not null,
          uri text not null,
          rid integer not null,
          primary key (tenant_number, param, uri, rid)
        ) without rowid;
        """;

    public override string PostgresTables => """
        create table fhir_uri (
          tenant_number integer not null,
          param integer not null,
          uri text collate "C" not null,
          rid bigint not null,
          primary key (tenant_number, param, uri, rid)
        );
        """;

    public override IReadOnlyList<ColumnType> KeyTypes { get; } = [ColumnType.BigInt, ColumnType.Text];

    public override ValueTask<List<IndexEntry>> EntriesOf(WriteTransaction write, IndexedValues values, CancellationToken cancel)
    {
        var entries = new List<IndexEntry>(values.Uris.Count);
        foreach (var uri in values.Uris) entries.Add(new IndexEntry((long)uri.Parameter, IndexKey.Of(uri.Value)));
        return ValueTask.FromResult(entries);
    }

    public override void Insert(WriteTransaction write, RowOwner owner, IndexEntry entry) =>
        write.Insert(Rows, owner.Tenant, entry.Key[0], entry.Key[1], owner.Rid);

    public override ValueTask Delete(WriteTransaction write, RowOwner owner, IndexEntry entry, CancellationToken cancel) =>
        write.Queue(DeleteOne, [owner.Tenant, .. entry.Key, owner.Rid], cancel);

    public override IEnumerable<string> Conditions(SqlText text, string tenant, SearchTerm term)
    {
        var uri = (UriTerm)term;
        if (uri.Match == UriMatch.Above)
        {
            yield return $"x.uri in ({string.Join(", ", Above(uri.Value).Select(upper => text.Value(IndexKey.Of(upper))))})";
            yield break;
        }

        yield return $"x.uri = {text.Value(IndexKey.Of(uri.Value))}";
        if (uri.Match != UriMatch.Below) yield break;
        var folder = uri.Value.EndsWith('/') ? uri.Value : $"{uri.Value}/";
        yield return $"x.uri >= {text.Value(folder)} and x.uri < {text.Value(folder + Highest)}";
    }

    public override (string Table, string Condition)? OfResource(SqlText text, string tenant, SearchTerm term) =>
        ((UriTerm)term).Match == UriMatch.Below ? null : (Table, Conditions(text, tenant, term).Single());

    /// <summary>The address itself and all that it lies below, with and without the last slash.</summary>
    private static IEnumerable<string> Above(string uri)
    {
        yield return uri;
        var segments = 0;
        for (var slash = uri.LastIndexOf('/'); slash > 0 && segments < MostSegments; slash = uri.LastIndexOf('/', slash - 1), segments++)
        {
            if (slash < uri.Length - 1) yield return uri[..(slash + 1)];
            yield return uri[..slash];
        }
    }

    private static readonly InsertInto Rows = new(
        "fhir_uri",
        ("tenant_number", ColumnType.BigInt),
        ("param", ColumnType.BigInt),
        ("uri", ColumnType.Text),
        ("rid", ColumnType.BigInt));

    private static readonly Statement DeleteOne = new("""
        delete from fhir_uri
        where tenant_number = @tenant_number
          and param = @param
          and uri = @uri
          and rid = @rid
        """);
}
