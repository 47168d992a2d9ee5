using System.Threading.RateLimiting;
using Vagus.Access.Requests;
using Vagus.Kernel;

namespace Vagus.Fhir.Reading;

/// <summary>
/// The turns of searches inside batches, of those that decide a conditional request, and of those of a costly form: so many of one user are
/// under way at a time in a process, and the others wait. The database's connections for reading serve everybody in the order of arrival:
/// one user's searches that asked all at once would stand in front of everybody else. A read of one resource needs no turn.
/// </summary>
internal sealed class CostlySearches(FhirOptions options) : IDisposable
{
    /// <summary>Of one user: those of 64 batches, each of which asks 16 side by side.</summary>
    public const int Waiting = 1024;

    public static readonly Refusal TooMany = new(
        RefusalKind.TooMany, "throttled", "Too many costly searches of one user wait for their turn. Wait for one of them.");

    private readonly LimitPer<(TenantId Tenant, UserId User)> users = new(options.CostlySearches, Waiting);

    /// <summary>To be disposed of at the end of the search; not acquired where too many wait.</summary>
    public ValueTask<RateLimitLease> Turn(Caller caller, CancellationToken cancel) => users.Turn((caller.Tenant, caller.User), cancel);

    public void Dispose() => users.Dispose();
}
