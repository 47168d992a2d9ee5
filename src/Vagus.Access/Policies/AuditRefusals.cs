using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Kernel;

namespace Vagus.Access.Policies;

/// <summary>
/// Records whom the doors did not let in. A caller's refusal is in the tenant's log. Requests without a caller are in the system log, and
/// only so many a second: anybody can send them without end, and what is left out is counted in the next one.
/// </summary>
public sealed class AuditRefusals(AuditTrail audit, TimeProvider clock)
{
    private const int Burst = 200;
    private const int PerSecond = 20;
    private readonly Lock gate = new();
    private DateTimeOffset refilledAt = clock.GetUtcNow();
    private double places = Burst;
    private int unrecorded;

    /// <summary>Null once it is recorded; else why the answer is another one.</summary>
    internal ValueTask<Refusal?> Record(HttpContext http, RouteEndpoint endpoint, Caller? caller, Refusal refusal) =>
        Record(AuditOrigin.Of(http), $"{http.Request.Method} {endpoint.RoutePattern.RawText}", caller, refusal);

    /// <summary>Of a connection that was not let in. Null once it is recorded; else why the answer is another one.</summary>
    /// <param name="origin">From where it came.</param>
    /// <param name="door">What it asked to enter, such as <c>CONNECT /</c>.</param>
    /// <param name="caller">Who it is; null where no credential was good.</param>
    /// <param name="refusal">Why it was not let in.</param>
    public async ValueTask<Refusal?> Record(AuditOrigin origin, string door, Caller? caller, Refusal refusal)
    {
        var entry = caller is null
            ? AuditEntry.Of(AuditActions.RefusedAtDoor, origin) : AuditEntry.Of(AuditActions.RefusedAtDoor, caller, origin);
        entry = entry with
        {
            On = door,
            Outcome = AuditOutcome.MinorFailure,
            Reason = refusal.Code,
        };
        return caller is null ? await RecordUnknown(entry) : await audit.Append(caller.Tenant, entry);
    }

    /// <summary>In the system log, for no tenant is known; null also where so many came that it is only counted.</summary>
    internal async ValueTask<Refusal?> RecordUnknown(AuditEntry entry)
    {
        if (TakePlace() is not { } leftOut) return null;
        return await audit.Append(AuditTrail.System, leftOut == 0 ? entry : entry with { Detail = $"unrecorded={leftOut}" });
    }

    /// <summary>How many were left out before this one; null where it is left out itself.</summary>
    private int? TakePlace()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            places = Math.Min(Burst, places + (Math.Max(0, (now - refilledAt).TotalSeconds) * PerSecond));
            refilledAt = now;
            if (places < 1)
            {
                unrecorded++;
                return null;
            }

            places--;
            var leftOut = unrecorded;
            unrecorded = 0;
            return leftOut;
        }
    }
}
