using System.Threading.RateLimiting;
using Vagus.Access.Requests;
using Vagus.Kernel;

namespace Vagus.Fhir.Bundles;

/// <summary>
/// The turns of searches inside batches, and of those that decide a conditional request: so many of one user are under way at a time in a
/// process, in however many batches, and the others wait. The database's connections for reading serve everybody in the order of arrival: a
/// batch that asked all at once would stand in front of everybody else. A read of one resource needs no turn: it is one look-up.
/// </summary>
internal sealed class BatchSearches(FhirOptions options) : IDisposable
{
    /// <summary>Each batch has at most <see cref="RunBatch.SideBySide"/> of them: this is for 64 batches of one user.</summary>
    public const int Waiting = 64 * RunBatch.SideBySide;

    public static readonly Refusal TooMany = new(
        RefusalKind.TooMany, "throttled", "Too many searches of batches and conditional requests of one user wait for their turn. Wait for one of them.");

    private readonly LimitPer<(TenantId Tenant, UserId User)> users = new(options.BatchSearches, Waiting);

    /// <summary>To be disposed of at the end of the search; not acquired where too many wait.</summary>
    public ValueTask<RateLimitLease> Turn(Caller caller, CancellationToken cancel) => users.Turn((caller.Tenant, caller.User), cancel);

    public void Dispose() => users.Dispose();
}
