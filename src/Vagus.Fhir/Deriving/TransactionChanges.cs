using System.Text.Json;

namespace Vagus.Fhir.Deriving;

/// <summary>
/// What one transaction changed, in the order of its entries, and indexed: a rule that asks for others' changes stays linear in a bundle
/// of thousands.
/// </summary>
public sealed class TransactionChanges
{
    private readonly IReadOnlyList<ResourceChange> changes;
    private readonly ILookup<string, ResourceChange> byType;
    private readonly Dictionary<(string Type, string Id), int> places = [];
    private readonly Dictionary<string, ILookup<string, Candidate>> indexes = new(StringComparer.Ordinal);

    public TransactionChanges(IReadOnlyList<ResourceChange> changes)
    {
        this.changes = changes;
        byType = changes.ToLookup(change => change.Type, StringComparer.Ordinal);
        for (var place = 0; place < changes.Count; place++) places[(changes[place].Type, changes[place].Id)] = place;
    }

    public IEnumerable<ResourceChange> Of(string type) => byType[type];

    /// <summary>The last change of a resource, or null.</summary>
    public ResourceChange? Find(string type, string id) => places.TryGetValue((type, id), out var place) ? changes[place] : null;

    /// <summary>
    /// The resources that were written, by keys that a rule gives to each change. Made once per transaction and index name.
    /// </summary>
    public ILookup<string, Candidate> By(string index, Func<ResourceChange, IEnumerable<string>> keys)
    {
        if (indexes.TryGetValue(index, out var known)) return known;
        var written = from change in changes
                      where change.After is not null
                      from key in keys(change)
                      select (Key: key, Candidate: new Candidate(change, change.After!.Value));
        return indexes[index] = written.ToLookup(each => each.Key, each => each.Candidate, StringComparer.Ordinal);
    }

    /// <summary>
    /// Events in the order of the changes that they are about; those about one change in the order in which they were told.
    /// </summary>
    internal IEnumerable<DerivedEvent> InOrder(IReadOnlyList<DerivedEvent> told) => changes.Count == 1
        ? told
        : told.OrderBy(each => places.GetValueOrDefault((each.About.Type, each.About.Id), int.MaxValue));
}
