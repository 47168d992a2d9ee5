using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.Store.Index;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store;

/// <summary>The index rows of some resources as the tables before step 208 have them. Only <see cref="MoveResources"/> reads them.</summary>
internal sealed class OldIndex
{
    private ILookup<long, (long Param, string Code, string? System)> tokens = Enumerable.Empty<(long, string, string?)>().ToLookup(_ => 0L);
    private ILookup<long, (long Param, string Id, string? Type)> references =
        Enumerable.Empty<(long, string, string?)>().ToLookup(_ => 0L);
    private ILookup<long, IndexEntry> dates = Enumerable.Empty<IndexEntry>().ToLookup(_ => 0L);
    private ILookup<long, StringValue> strings = Enumerable.Empty<StringValue>().ToLookup(_ => 0L);

    /// <summary>Patients in whose compartments a resource is, and since which version.</summary>
    public ILookup<long, (string Patient, long Since)> Compartments { get; private init; } =
        Enumerable.Empty<(string, long)>().ToLookup(_ => 0L);

    public static async ValueTask<OldIndex> Read(WriteTransaction write, long first, long last, CancellationToken cancel)
    {
        object?[] range = [write.Tenant.Value, first, last];
        return new OldIndex
        {
            tokens = (await write.Query(
                    Tokens, range, row => (row.GetInt64(0), (row.GetInt64(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3))),
                    cancel))
                .ToLookup(row => row.Item1, row => row.Item2),
            references = (await write.Query(
                    References, range,
                    row => (row.GetInt64(0), (row.GetInt64(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3))), cancel))
                .ToLookup(row => row.Item1, row => row.Item2),
            strings = (await write.Query(
                    Strings, range,
                    row => (row.GetInt64(0),
                        new StringValue((int)row.GetInt64(1), row.IsDBNull(4) ? row.GetString(2) : row.GetString(4), row.GetString(3))),
                    cancel))
                .ToLookup(row => row.Item1, row => row.Item2),
            dates = (await write.Query(
                    Dates, range, row => (row.GetInt64(0), new IndexEntry(row.GetInt64(1), row.GetInt64(2), row.GetInt64(3))), cancel))
                .ToLookup(row => row.Item1, row => row.Item2),
            Compartments = (await write.Query(
                    CompartmentRows, range, row => (row.GetInt64(0), (row.GetString(1), row.GetInt64(2))), cancel))
                .ToLookup(row => row.Item1, row => row.Item2),
        };
    }

    public async ValueTask<List<IndexEntry>[]> EntriesOf(WriteTransaction write, long rid, CancellationToken cancel)
    {
        var entries = new List<IndexEntry>[IndexKind.All.Count];
        for (var kind = 0; kind < entries.Length; kind++)
        {
            entries[kind] = IndexKind.All[kind] switch
            {
                TokenIndex => await Numbered(write, NameKind.System, tokens[rid], cancel),
                ReferenceIndex => await Numbered(write, NameKind.Type, references[rid], cancel),
                StringIndex => [.. strings[rid].Select(StringIndex.EntryOf)],
                DateIndex => [.. dates[rid]],
                _ => [],
            };
        }

        return entries;
    }

    public string? PartiesOf(string type, long rid)
    {
        if (type != "Task") return null;
        return string.Join(
            ' ',
            references[rid]
                .Where(reference => reference.Type is not null
                    && (reference.Param == TaskParties.Owner || reference.Param == TaskParties.Requester))
                .Select(reference => $"{reference.Type}/{reference.Id}").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    private static async ValueTask<List<IndexEntry>> Numbered(
        WriteTransaction write, NameKind kind, IEnumerable<(long Param, string Text, string? Name)> rows, CancellationToken cancel)
    {
        var entries = new List<IndexEntry>();
        foreach (var (param, text, name) in rows)
            entries.Add(new IndexEntry(param, text, name is null ? 0L : await Names.NumberOf(write, kind, name, cancel)));
        return entries;
    }

    private static readonly Statement Tokens = new("""
        select distinct rid, param, code, system
        from old_fhir_token
        where tenant_id = @tenant_id
          and rid between @first and @last
        """);

    private static readonly Statement References = new("""
        select distinct rid, param, target_id, target_type
        from old_fhir_reference
        where tenant_id = @tenant_id
          and rid between @first and @last
        """);

    private static readonly Statement Strings = new("""
        select rid, param, folded, exact, whole
        from old_fhir_string
        where tenant_id = @tenant_id
          and rid between @first and @last
        """);

    private static readonly Statement Dates = new("""
        select distinct rid, param, low, high
        from old_fhir_date
        where tenant_id = @tenant_id
          and rid between @first and @last
        """);

    private static readonly Statement CompartmentRows = new("""
        select rid, patient_id, since
        from old_fhir_compartment
        where tenant_id = @tenant_id
          and rid between @first and @last
        order by rid, patient_id
        """);
}
