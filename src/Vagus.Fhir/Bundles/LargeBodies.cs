using System.Threading.RateLimiting;
using Vagus.Access.Requests;
using Vagus.Kernel;

namespace Vagus.Fhir.Bundles;

/// <summary>
/// The turns of bodies larger than a megabyte, which bound the memory of those that are parsed: one of each user, and so many of all users
/// in a process. A turn lasts as long as its Bundle is worked on, which is long for a batch of costly searches: one user takes one of the
/// process's turns, one organization all but one, and the others' bodies find another one.
/// </summary>
internal sealed class LargeBodies(FhirOptions options, TimeProvider clock) : IDisposable
{
    /// <summary>Bodies of one user that wait for the one before them.</summary>
    public const int Waiting = 7;

    /// <summary>Bodies of different users that wait for a place, each for so long as a body may.</summary>
    private const int WaitingForPlace = 256;

    private const int Bytes = 1024 * 1024;

    public static readonly Refusal TooMany = new(
        RefusalKind.TooMany, "throttled", $"{Waiting} large Bundles of one user wait for the one before them. Wait for one of them.");

    public static readonly Refusal Busy = new(
        RefusalKind.Unavailable, "transient", "As many large Bundles as there may be are being worked on. Try again.");

    private readonly LimitPer<(TenantId Tenant, UserId User)> users = new(1, Waiting);
    private readonly PartitionedRateLimiter<TenantId> places = PartitionedRateLimiter.CreateChained(
        Places(tenant => tenant.Value, Math.Max(1, options.LargeBodies - 1)), Places(_ => "", options.LargeBodies));

    /// <summary>Runs the work on a body of so many bytes, in its turn where it is large.</summary>
    public async ValueTask<Result<T>> Within<T>(Caller caller, int bytes, Func<Task<T>> work, CancellationToken cancel)
    {
        if (bytes <= Bytes) return await work();
        using var own = await users.Turn((caller.Tenant, caller.User), cancel);
        if (!own.IsAcquired) return TooMany;
        using var place = await PlaceOf(caller.Tenant, cancel);
        return place is { IsAcquired: true } ? await work() : Busy;
    }

    public void Dispose()
    {
        users.Dispose();
        places.Dispose();
    }

    /// <summary>Null where none was found in time.</summary>
    private ValueTask<RateLimitLease?> PlaceOf(TenantId tenant, CancellationToken cancel) => TimeLimit.Within<RateLimitLease?>(
        options.LargeBodyWait, clock, async over => await places.AcquireAsync(tenant, 1, over), otherwise: null, cancel);

    private static PartitionedRateLimiter<TenantId> Places(Func<TenantId, string> key, int most) =>
        PartitionedRateLimiter.Create<TenantId, string>(tenant => RateLimitPartition.GetConcurrencyLimiter(
            key(tenant), _ => new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = WaitingForPlace }));
}
