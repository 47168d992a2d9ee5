using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Kernel;

namespace Vagus.Access.Policies;

/// <summary>
/// Records whom the doors did not let in. A caller's refusal is in the tenant's log. Requests without a caller are in the system log, and
/// only so many a second: anybody can send them without end, and what is left out is counted in the next one.
/// </summary>
internal sealed class AuditRefusals(AuditTrail audit, TimeProvider clock)
{
    private const int Burst = 200;
    private const int PerSecond = 20;
    private readonly Lock gate = new();
    private DateTimeOffset refilledAt = clock.GetUtcNow();
    private double places = Burst;
    private int unrecorded;

    /// <summary>Null once it is recorded; else why the answer is another one.</summary>
    public async ValueTask<Refusal?> Record(HttpContext http, RouteEndpoint endpoint, Caller? caller, Refusal refusal)
    {
        var origin = AuditOrigin.Of(http);
        var entry = caller is null
            ? AuditEntry.Of(AuditActions.RefusedAtDoor, origin) : AuditEntry.Of(AuditActions.RefusedAtDoor, caller, origin);
        entry = entry with
        {
            On = $"{http.Request.Method} {endpoint.RoutePattern.RawText}",
            Outcome = AuditOutcome.MinorFailure,
            Reason = refusal.Code,
        };
        return caller is null ? await RecordUnknown(entry) : await audit.Append(caller.Tenant, entry);
    }

    /// <summary>In the system log, for no tenant is known; null also where so many came that it is only counted.</summary>
    public async ValueTask<Refusal?> RecordUnknown(AuditEntry entry)
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
