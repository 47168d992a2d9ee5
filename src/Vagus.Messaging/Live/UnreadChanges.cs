using Vagus.Kernel;

namespace Vagus.Messaging.Live;

/// <summary>
/// Whose counts of unread threads may have changed since they were told: by tenant, the names under which people take part. What comes
/// before they are taken comes together.
/// </summary>
internal sealed class UnreadChanges
{
    private readonly Lock gate = new();
    private Dictionary<TenantId, HashSet<string>> touched = [];

    public void Touch(TenantId tenant, IEnumerable<string> names)
    {
        lock (gate)
        {
            if (!touched.TryGetValue(tenant, out var known)) touched.Add(tenant, known = new(StringComparer.Ordinal));
            known.UnionWith(names);
        }
    }

    public IReadOnlyDictionary<TenantId, HashSet<string>> Take()
    {
        lock (gate)
        {
            var taken = touched;
            if (taken.Count > 0) touched = [];
            return taken;
        }
    }
}
