using System.Threading.RateLimiting;
using Vagus.Access.Requests;
using Vagus.Kernel;

namespace Vagus.Care.Publishing;

/// <summary>How many polls of the log wait at a time in a process: of a user and of a tenant some, so that none takes all places.</summary>
internal sealed class EventWaits : IDisposable
{
    public const int MostOfUser = 20;
    private const int MostOfTenant = 200;
    private const int Most = 500;

    public static readonly Refusal Busy = new(RefusalKind.Unavailable, "busy", "Too many callers wait: ask again later.");

    public static readonly Refusal TooMany = new(
        RefusalKind.TooMany, "too_many_waits", $"At most {MostOfUser} polls of one user wait at a time.");

    private readonly ConcurrencyLimiter all = new(new ConcurrencyLimiterOptions { PermitLimit = Most, QueueLimit = 0 });

    private readonly LimitPer<(TenantId Tenant, UserId User)> users = new(MostOfUser);

    private readonly LimitPer<TenantId> tenants = new(MostOfTenant);

    /// <summary>Runs the wait within the limits; its place is released afterwards.</summary>
    public async ValueTask<Result<T>> Within<T>(Caller caller, Func<ValueTask<T>> wait)
    {
        using var own = users.Begin((caller.Tenant, caller.User));
        if (!own.IsAcquired) return TooMany;
        using var ofTenant = tenants.Begin(caller.Tenant);
        if (!ofTenant.IsAcquired) return Busy;
        using var place = all.AttemptAcquire();
        return place.IsAcquired ? await wait() : Busy;
    }

    public void Dispose()
    {
        users.Dispose();
        tenants.Dispose();
        all.Dispose();
    }
}
