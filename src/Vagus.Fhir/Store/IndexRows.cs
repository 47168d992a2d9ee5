using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.Store.Index;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store;

/// <summary>
/// The rows by which a resource is found: its search values and the compartments it is in. What is there already stays: an update touches
/// the rows that differ.
/// </summary>
internal static class IndexRows
{
    private static readonly int Words = IndexKind.PlaceOf<WordIndex>();

    /// <summary>Makes the index say of the resource what it is found by now. Answers what its own row keeps of it.</summary>
    public static async ValueTask<KeptIndex> Replace(
        WriteTransaction write, long rid, byte[]? before, PreparedResource resource, CancellationToken cancel)
    {
        var entries = new List<IndexEntry>[IndexKind.All.Count];
        for (var kind = 0; kind < entries.Length; kind++)
            entries[kind] = await IndexKind.All[kind].EntriesOf(write, resource.Index, cancel);
        if (resource.Uploaded is { } uploaded) await Add(write, entries, uploaded, cancel);
        if (resource.Words is { } words) entries[Words] = WordIndex.EntriesOf(words);
        await Change(write, rid, ResourceKeys.Read(before), entries, cancel);
        return KeptIndex.Of(entries);
    }

    /// <summary>
    /// Of a deleted resource: the parties of a Task stay, as compartments do. Who could see the resource may see that it is gone.
    /// </summary>
    public static async ValueTask<KeptIndex> Delete(WriteTransaction write, long rid, byte[]? before, CancellationToken cancel)
    {
        var entries = ResourceKeys.Read(before);
        List<IndexEntry>[] stay =
            [.. entries.Select((kind, index) => IndexKind.All[index] is ReferenceIndex ? kind.FindAll(IsParty) : [])];
        await Change(write, rid, entries, stay, cancel);
        return KeptIndex.Of(stay);
    }

    /// <summary>Changes the words alone, of a resource with these index rows.</summary>
    public static async ValueTask<KeptIndex> ReplaceWords(
        WriteTransaction write, long rid, List<IndexEntry>[] entries, List<IndexEntry> words, CancellationToken cancel)
    {
        List<IndexEntry>[] after = [.. entries];
        after[Words] = words;
        await Change(write, rid, entries, after, cancel);
        return KeptIndex.Of(after);
    }

    /// <summary>Changes the rows of one parameter alone, of a resource with these index rows; null: it has none any more.</summary>
    public static async ValueTask<KeptIndex> ReplaceParameter(
        WriteTransaction write, long rid, List<IndexEntry>[] entries, long parameter, IndexedValues? values, CancellationToken cancel)
    {
        List<IndexEntry>[] after = [.. entries.Select(kind => kind.FindAll(entry => entry.Parameter != parameter))];
        if (values is not null) await Add(write, after, values, cancel);
        await Change(write, rid, entries, after, cancel);
        return KeptIndex.Of(after);
    }

    /// <summary>Writes what another table had of a resource.</summary>
    public static async ValueTask<KeptIndex> Move(
        WriteTransaction write, long rid, CompartmentList compartments, List<IndexEntry>[] entries, CancellationToken cancel)
    {
        var owner = new RowOwner(await Names.NumberOfTenant(write, cancel), rid);
        for (var kind = 0; kind < entries.Length; kind++)
            foreach (var entry in entries[kind]) IndexKind.All[kind].InsertFirst(write, owner, entry);
        await Move(write, rid, CompartmentList.Empty, compartments, cancel);
        return KeptIndex.Of(entries);
    }

    /// <summary>
    /// Takes the resource from the compartments that its new version is not in and puts it into those that it was not in before.
    /// </summary>
    public static async ValueTask Move(
        WriteTransaction write, long rid, CompartmentList before, CompartmentList after, CancellationToken cancel)
    {
        var tenant = await Names.NumberOfTenant(write, cancel);
        foreach (var (patient, _) in before.Except(after)) await write.Queue(Leave, [tenant, patient, rid], cancel);
        foreach (var (patient, since) in after.Except(before)) write.Insert(Compartment, tenant, patient, rid, since);
    }

    private static async ValueTask Add(
        WriteTransaction write, List<IndexEntry>[] entries, IndexedValues values, CancellationToken cancel)
    {
        for (var kind = 0; kind < entries.Length; kind++)
            entries[kind].AddRange(await IndexKind.All[kind].EntriesOf(write, values, cancel));
    }

    private static bool IsParty(IndexEntry entry) => entry.Parameter == TaskParties.Owner || entry.Parameter == TaskParties.Requester;

    private static async ValueTask Change(
        WriteTransaction write, long rid, List<IndexEntry>[] before, List<IndexEntry>[] after, CancellationToken cancel)
    {
        var owner = new RowOwner(await Names.NumberOfTenant(write, cancel), rid);
        var changes = before.Zip(after, Difference).ToList();
        // All that goes before all that comes: each turn from inserts to deletes is a round trip.
        for (var kind = 0; kind < changes.Count; kind++)
            foreach (var entry in changes[kind].Gone) await IndexKind.All[kind].Delete(write, owner, entry, cancel);
        for (var kind = 0; kind < changes.Count; kind++)
        {
            foreach (var entry in changes[kind].Come) IndexKind.All[kind].Insert(write, owner, entry);
            IndexMetrics.Wrote(IndexKind.All[kind], changes[kind].Come.Count);
        }
    }

    private static (List<IndexEntry> Gone, List<IndexEntry> Come) Difference(List<IndexEntry> before, List<IndexEntry> after)
    {
        if (before.Count == 0 || after.Count == 0) return (before, after);
        // What stands beside the key is not kept, so that such rows are written anew.
        var known = after.Where(entry => entry.Rest.Length == 0).Select(entry => entry.Key).ToHashSet(SameKey.Instance);
        var stays = before.Where(entry => known.Contains(entry.Key)).Select(entry => entry.Key).ToHashSet(SameKey.Instance);
        return (before.FindAll(entry => !stays.Contains(entry.Key)), after.FindAll(entry => !stays.Contains(entry.Key)));
    }

    private static readonly InsertInto Compartment = new(
        "fhir_compartment",
        ("tenant_number", ColumnType.BigInt),
        ("patient_id", ColumnType.Text),
        ("rid", ColumnType.BigInt),
        ("since", ColumnType.BigInt));

    private static readonly Statement Leave = new("""
        delete from fhir_compartment
        where tenant_number = @tenant_number
          and patient_id = @patient_id
          and rid = @rid
        """);
}
