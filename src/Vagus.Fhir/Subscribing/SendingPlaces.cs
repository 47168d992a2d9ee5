using System.Numerics;
using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// The places from which a process sends. A tenant has a part of them, never more than are free besides, so that a few tenants never have
/// all of them; a receiver of a tenant has a part of its tenant's, which halves each time it does not answer and doubles each time it does:
/// what hangs holds up those of its own address alone. For use by several threads.
/// </summary>
internal sealed class SendingPlaces(int all, int ofTenant, int ofReceiver)
{
    private const int MostHalved = 10_000;
    private readonly Lock gate = new();
    private readonly Dictionary<TenantId, int> tenants = [];
    private readonly Dictionary<string, int> receivers = new(StringComparer.Ordinal);

    // How often a receiver has halved its part; only those that have are here.
    private readonly Dictionary<string, int> halved = new(StringComparer.Ordinal);
    private int taken;

    /// <summary>There is a place for somebody.</summary>
    public bool AreFree
    {
        get
        {
            lock (gate) return taken < all;
        }
    }

    /// <summary>False: the subscription waits for its tenant, or its receiver, to have a place.</summary>
    public bool TryTake(SubscriptionRow row)
    {
        lock (gate)
        {
            if (taken >= all || IsFull(row.Tenant) || (KeyOf(row) is { } asked && IsFull(asked))) return false;
            Count(tenants, row.Tenant, 1);
            if (KeyOf(row) is { } receiver) Count(receivers, receiver, 1);
            taken++;
            return true;
        }
    }

    public void Leave(SubscriptionRow row)
    {
        lock (gate)
        {
            Count(tenants, row.Tenant, -1);
            if (KeyOf(row) is { } receiver) Count(receivers, receiver, -1);
            taken--;
        }
    }

    /// <summary>The receiver has answered, with whatever status, or has not.</summary>
    public void Note(SubscriptionRow row, bool hasAnswered)
    {
        if (KeyOf(row) is not { } receiver) return;
        lock (gate)
        {
            var times = halved.GetValueOrDefault(receiver) + (hasAnswered ? -1 : 1);
            if (times <= 0) halved.Remove(receiver);
            else halved[receiver] = Math.Min(times, BitOperations.Log2((uint)ofReceiver));
            // What is forgotten is learned again.
            if (halved.Count > MostHalved) halved.Clear();
        }
    }

    /// <summary>Those who get no place now, as the queries are told.</summary>
    public string FullTenants()
    {
        lock (gate) return JsonSerializer.Serialize(tenants.Keys.Where(IsFull).Select(each => each.Value));
    }

    public string FullReceivers()
    {
        lock (gate) return JsonSerializer.Serialize(receivers.Keys.Where(IsFull));
    }

    private bool IsFull(TenantId tenant) => tenants.GetValueOrDefault(tenant) >= Math.Min(ofTenant, all - taken);

    private bool IsFull(string receiver) =>
        receivers.GetValueOrDefault(receiver) >= Math.Max(1, ofReceiver >> halved.GetValueOrDefault(receiver));

    /// <summary>The same address of two tenants is two receivers: the one cannot slow down the other. Null: it has none.</summary>
    private static string? KeyOf(SubscriptionRow row) =>
        row.Pushes && row.Plan.Receiver is { Length: > 0 } receiver ? $"{row.Tenant.Value} {receiver}" : null;

    private static void Count<T>(Dictionary<T, int> counts, T key, int change)
        where T : notnull
    {
        var count = counts.GetValueOrDefault(key) + change;
        if (count == 0) counts.Remove(key);
        else counts[key] = count;
    }
}
