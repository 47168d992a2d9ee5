using System.Threading.RateLimiting;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// How many readings of <c>$events</c> of one user there may be at a time in a process: each reads up to a thousand events into memory.
/// One more is told to come again.
/// </summary>
internal sealed class EventReads : IDisposable
{
    public const int Most = 2;

    private readonly PartitionedRateLimiter<Caller> users = PartitionedRateLimiter.Create<Caller, (TenantId Tenant, UserId User)>(
        caller => RateLimitPartition.GetConcurrencyLimiter(
            (caller.Tenant, caller.User), _ => new ConcurrencyLimiterOptions { PermitLimit = Most, QueueLimit = 0 }));

    /// <summary>To be disposed of when the answer is made; not acquired where as many are being made as there may be.</summary>
    public RateLimitLease Begin(Caller caller) => users.AttemptAcquire(caller);

    public void Dispose() => users.Dispose();

    public static readonly Refusal TooMany = new(
        RefusalKind.TooMany, "throttled", $"At most {Most} readings of events of one user are made at a time. Wait for one.");
}
