using Vagus.Access.Sessions;
using Vagus.Kernel;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Gateways;

/// <summary>
/// From which position on a sign-in has had the rights that it has, for each type that it searched: a list that its client has from there
/// on was kept under these rights. Of this node, and bounded: what is not known is not proved, and the client is given the first page anew.
/// </summary>
internal sealed class KnownRights
{
    private const int Most = 50_000;
    private readonly Lock gate = new();
    private readonly Dictionary<Key, LinkedListNode<Entry>> byKey = [];
    private readonly LinkedList<Entry> byUse = [];

    public KnownRights(Authentication signIns) => signIns.RightsChanged += Changed;

    /// <summary>Whether the rights were these at the position already.</summary>
    public bool Held(LiveConnection session, string type, string mark, long since)
    {
        lock (gate)
        {
            return byKey.TryGetValue(KeyOf(session, type), out var found) && found.Value.Mark == mark && since >= found.Value.From;
        }
    }

    /// <summary>A search of the type was opened under these rights; its first page is exact at the position.</summary>
    public void Hold(LiveConnection session, string type, string mark, long at)
    {
        var key = KeyOf(session, type);
        lock (gate)
        {
            // Another connection of the sign-in may have come as far under the rights of before, and no further.
            var from = at;
            if (byKey.TryGetValue(key, out var older))
            {
                from = older.Value.Mark == mark ? Math.Min(at, older.Value.From) : at + 1;
                byUse.Remove(older);
            }

            byKey[key] = byUse.AddLast(new Entry(key, mark, from));
            if (byUse.Count <= Most || byUse.First is not { } oldest) return;

            byUse.RemoveFirst();
            byKey.Remove(oldest.Value.Key);
        }
    }

    /// <summary>The entries stay, under rights that no session has: what follows them is told from what was before.</summary>
    private void Changed(TenantId tenant, SessionId session)
    {
        lock (gate)
        {
            foreach (var entry in byUse.Where(entry => entry.Key.Tenant == tenant && entry.Key.Session == session).ToList())
                byKey[entry.Key].Value = entry with { Mark = "" };
        }
    }

    private static Key KeyOf(LiveConnection session, string type) => new(session.Caller.Tenant, session.Session, type);

    private readonly record struct Key(TenantId Tenant, SessionId Session, string Type);

    private sealed record Entry(Key Key, string Mark, long From);
}
