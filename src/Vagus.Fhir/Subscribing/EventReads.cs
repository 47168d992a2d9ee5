using System.Threading.RateLimiting;
using Vagus.Access.Requests;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// How many readings of <c>$events</c> of one user there may be at a time in a process: each reads up to a thousand events into memory.
/// A further one is refused (429).
/// </summary>
internal sealed class EventReads : IDisposable
{
    public const int Most = 2;

    public static readonly Refusal TooMany = new(
        RefusalKind.TooMany, "throttled", $"At most {Most} readings of events of one user are made at a time. Wait for one.");

    private readonly LimitPer<(TenantId Tenant, UserId User)> users = new(Most);

    public RateLimitLease Begin(Caller caller) => users.Begin((caller.Tenant, caller.User));

    public void Dispose() => users.Dispose();
}
