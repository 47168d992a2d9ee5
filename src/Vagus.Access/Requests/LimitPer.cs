using System.Threading.RateLimiting;

namespace Vagus.Access.Requests;

/// <summary>
/// How much of something each user, or each tenant, may have under way at a time in this process, and how much of each may wait for its
/// turn.
/// </summary>
public sealed class LimitPer<TKey>(int most, int waiting = 0) : IDisposable
    where TKey : notnull
{
    private readonly PartitionedRateLimiter<TKey> limits = PartitionedRateLimiter.Create<TKey, TKey>(
        key => RateLimitPartition.GetConcurrencyLimiter(
            key, _ => new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = waiting }));

    /// <summary>To be disposed of at the end; not acquired where as much is under way as may be.</summary>
    public RateLimitLease Begin(TKey key) => limits.AttemptAcquire(key);

    /// <summary>Waits for the turn, first come first served. Not acquired where as much waits as may wait.</summary>
    public ValueTask<RateLimitLease> Turn(TKey key, CancellationToken cancel) => limits.AcquireAsync(key, 1, cancel);

    public void Dispose() => limits.Dispose();
}
