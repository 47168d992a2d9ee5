using System.Threading.RateLimiting;
using Vagus.Kernel;

namespace Vagus.Access.Requests;

/// <summary>How much of something each user may have under way at a time in this process.</summary>
public sealed class UserLimiter(int most) : IDisposable
{
    private readonly PartitionedRateLimiter<Caller> users = PartitionedRateLimiter.Create<Caller, (TenantId Tenant, UserId User)>(
        caller => RateLimitPartition.GetConcurrencyLimiter(
            (caller.Tenant, caller.User), _ => new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 }));

    /// <summary>To be disposed of at the end; not acquired where the user has as much under way as may be.</summary>
    public RateLimitLease Begin(Caller caller) => users.AttemptAcquire(caller);

    public void Dispose() => users.Dispose();
}
