namespace Vagus.Fhir.Store.Index;

/// <summary>
/// Entries of one resource, each once: values that differ may have one key, when it is shortened or rounded. What it costs grows with their
/// number and not with its square, since it is done in the turn of a write.
/// </summary>
internal sealed class DistinctEntries(int capacity = 0)
{
    /// <summary>So few are compared faster than hashed.</summary>
    private const int Few = 8;

    private HashSet<object[]>? keys;

    public List<IndexEntry> All { get; } = new(capacity);

    public void Add(IndexEntry entry)
    {
        if (keys is null && All.Count >= Few) keys = All.Select(each => each.Key).ToHashSet(SameKey.Instance);
        if (keys is null ? All.Exists(other => SameKey.Instance.Equals(other.Key, entry.Key)) : !keys.Add(entry.Key)) return;
        All.Add(entry);
    }
}
