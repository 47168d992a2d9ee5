using Vagus.Kernel;
using Vagus.Messaging.Messages;

namespace Vagus.Messaging.Live;

/// <summary>
/// Whose counts of unread threads may have changed since they were told: by tenant, the names under which people take part, and who has
/// come into the feed with the count of its greeting. What comes before they are taken comes together.
/// </summary>
internal sealed class UnreadChanges
{
    private readonly Lock gate = new();
    private Dictionary<TenantId, HashSet<string>> touched = [];
    private List<(Caller Caller, UnreadAnswer Told)> entered = [];

    public void Touch(TenantId tenant, IReadOnlyList<string> names)
    {
        if (names.Count == 0) return;
        lock (gate)
        {
            if (!touched.TryGetValue(tenant, out var known)) touched.Add(tenant, known = new(StringComparer.Ordinal));
            known.UnionWith(names);
        }
    }

    /// <summary>Its count may have changed after it was told and before the feed knew it.</summary>
    public void Enter(Caller caller, UnreadAnswer told)
    {
        lock (gate) entered.Add((caller, told));
    }

    public UnreadTouched Take()
    {
        lock (gate)
        {
            var taken = new UnreadTouched(touched, entered);
            (touched, entered) = ([], []);
            return taken;
        }
    }
}

/// <summary>What has come since the last time.</summary>
internal sealed record UnreadTouched(
    IReadOnlyDictionary<TenantId, HashSet<string>> Names, IReadOnlyList<(Caller Caller, UnreadAnswer Told)> Entered);
