using System.Threading.RateLimiting;
using Vagus.Access.Requests;
using Vagus.Kernel;

namespace Vagus.Messaging.Exporting;

/// <summary>
/// The turns in which documents are made: one at a time in a process, one of each user, and so many of an organization and in all that
/// wait. A turn begins before anything of the conversation is read, so that those that wait hold no texts in memory.
/// </summary>
internal sealed class ExportTurns(TimeProvider clock) : IDisposable
{
    public const int MostOfTenant = 8;
    public const int Waiting = 32;

    public TimeSpan WaitsFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>No turn is longer: one organization's slow keys would keep all others' documents waiting.</summary>
    public TimeSpan Lasts { get; init; } = TimeSpan.FromSeconds(60);

    public static readonly Refusal TooMany = new(
        RefusalKind.TooMany, "too_many_exports", "Your last document is still being made. Wait for it.");

    public static readonly Refusal Busy = new(
        RefusalKind.Unavailable, "busy", "As many documents as may be are being made. Try again.");

    private readonly LimitPer<(TenantId Tenant, UserId User)> users = new(1);
    private readonly LimitPer<TenantId> tenants = new(MostOfTenant);
    private readonly ConcurrencyLimiter turns = new(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = Waiting });

    /// <summary>Runs the work in its turn.</summary>
    public async ValueTask<Result<T>> Within<T>(
        Caller caller, Func<CancellationToken, ValueTask<Result<T>>> work, CancellationToken cancel)
    {
        using var own = users.Begin((caller.Tenant, caller.User));
        if (!own.IsAcquired) return TooMany;
        using var ofTenant = tenants.Begin(caller.Tenant);
        if (!ofTenant.IsAcquired) return Busy;
        using var turn = await Turn(cancel);
        return turn is { IsAcquired: true } ? await TimeLimit.Within(Lasts, clock, work, otherwise: Busy, cancel) : Busy;
    }

    public void Dispose()
    {
        users.Dispose();
        tenants.Dispose();
        turns.Dispose();
    }

    /// <summary>Null where it did not come in time.</summary>
    private ValueTask<RateLimitLease?> Turn(CancellationToken cancel) => TimeLimit.Within<RateLimitLease?>(
        WaitsFor, clock, async over => await turns.AcquireAsync(1, over), otherwise: null, cancel);
}
