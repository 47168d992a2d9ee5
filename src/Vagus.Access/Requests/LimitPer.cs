using System.Threading.RateLimiting;

namespace Vagus.Access.Requests;

/// <summary>How much of something each user, or each tenant, may have under way at a time in this process.</summary>
public sealed class LimitPer<TKey>(int most) : IDisposable
    where TKey : notnull
{
    private readonly PartitionedRateLimiter<TKey> limits = PartitionedRateLimiter.Create<TKey, TKey>(
        key => RateLimitPartition.GetConcurrencyLimiter(
            key, _ => new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 }));

    /// <summary>To be disposed of at the end; not acquired where as much is under way as may be.</summary>
    public RateLimitLease Begin(TKey key) => limits.AttemptAcquire(key);

    public void Dispose() => limits.Dispose();
}
