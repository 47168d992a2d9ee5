using System.Runtime.InteropServices;
using Vagus.Kernel;

namespace Vagus.Messaging.Messages;

/// <summary>How often one user may send and tell that it types, on all of its devices: a bucket that fills up again evenly.</summary>
internal sealed class SendPace(MessagingOptions options, TimeProvider clock)
{
    private const int MostUsers = 10_000;
    private readonly Lock gate = new();
    private readonly Dictionary<(TenantId, UserId), Bucket> buckets = [];

    /// <summary>Null where the caller may send now; then it has sent.</summary>
    public Refusal? Refuse(Caller caller)
    {
        var now = clock.GetTimestamp();
        lock (gate)
        {
            if (buckets.Count >= MostUsers) RemoveFull(now);
            var key = (caller.Tenant, caller.User);
            var bucket = buckets.TryGetValue(key, out var known) ? Refilled(known, now) : new Bucket(options.SendsPerMinute, now);
            buckets[key] = bucket.Tokens >= 1 ? bucket with { Tokens = bucket.Tokens - 1 } : bucket;
            return bucket.Tokens >= 1
                ? null : MessagingRefusals.TooFast(TimeSpan.FromMinutes((1 - bucket.Tokens) / options.SendsPerMinute));
        }
    }

    private Bucket Refilled(Bucket bucket, long now)
    {
        var gained = clock.GetElapsedTime(bucket.At, now).TotalMinutes * options.SendsPerMinute;
        return new Bucket(Math.Min(options.SendsPerMinute, bucket.Tokens + gained), now);
    }

    private void RemoveFull(long now)
    {
        foreach (var (key, bucket) in buckets.ToArray())
        {
            if (Refilled(bucket, now).Tokens >= options.SendsPerMinute) buckets.Remove(key);
        }

        // More users send at a time than are kept: all begin again with a full bucket, which allows one burst each.
        if (buckets.Count >= MostUsers) buckets.Clear();
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Bucket(double Tokens, long At);
}
