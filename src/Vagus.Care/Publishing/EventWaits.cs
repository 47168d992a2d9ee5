using System.Threading.RateLimiting;
using Vagus.Kernel;

namespace Vagus.Care.Publishing;

/// <summary>How many polls of the log wait at a time in a process: of one user some, so that none of them takes all places.</summary>
internal sealed class EventWaits : IDisposable
{
    public const int MostOfUser = 20;
    private const int Most = 500;

    public static readonly Refusal Busy = new(RefusalKind.Unavailable, "busy", "Too many callers wait: ask again later.");

    public static readonly Refusal TooMany = new(
        RefusalKind.TooMany, "too_many_waits", $"At most {MostOfUser} polls of one user wait at a time.");

    private readonly ConcurrencyLimiter all = new(new ConcurrencyLimiterOptions { PermitLimit = Most, QueueLimit = 0 });

    private readonly PartitionedRateLimiter<Caller> users = PartitionedRateLimiter.Create<Caller, (TenantId Tenant, UserId User)>(
        caller => RateLimitPartition.GetConcurrencyLimiter(
            (caller.Tenant, caller.User), _ => new ConcurrencyLimiterOptions { PermitLimit = MostOfUser, QueueLimit = 0 }));

    /// <summary>Waits by this; what holds its place is given back behind it.</summary>
    public async ValueTask<Result<T>> Within<T>(Caller caller, Func<ValueTask<T>> wait)
    {
        using var own = users.AttemptAcquire(caller);
        if (!own.IsAcquired) return TooMany;
        using var place = all.AttemptAcquire();
        return place.IsAcquired ? await wait() : Busy;
    }

    public void Dispose()
    {
        users.Dispose();
        all.Dispose();
    }
}
