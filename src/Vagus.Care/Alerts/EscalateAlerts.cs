using Microsoft.Extensions.Logging;
using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Alerts;

/// <summary>
/// Hands on what was not answered in time. When something is due stands in the database, so a restart and another node go on where the last
/// one ended; each alert is looked at again within its own write, so a turn that comes late or twice changes nothing.
/// </summary>
internal sealed partial class EscalateAlerts(
    Database database, GroupCommit commit, FindOwner findOwner, ChangeAlert change, AlertMeter meter, TimeProvider clock,
    ILogger<EscalateAlerts> logger) : LeasedDuty
{
    private const int AtOnce = 200;
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    public override string Name => "alert-escalation";

    public override TimeSpan Interval => TimeSpan.FromSeconds(1);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        foreach (var (tenant, id) in await AlertStore.Due(database, clock.GetUtcNow(), AtOnce, cancel)) await HandOn(tenant, id, cancel);
    }

    private async ValueTask HandOn(TenantId tenant, string id, CancellationToken cancel)
    {
        try
        {
            var done = await commit.Write<bool>(tenant, (write, stop) => HandOn(write, id, stop), cancel);
            if (done.Refusal is { } refusal)
            {
                Log.Refused(logger, tenant.Value, id, refusal.Code);
                // Where nothing can be written at all it is tried again with the next turn.
                if (refusal.Kind != RefusalKind.Unavailable) await PutOffOne(tenant, id, cancel);
            }
            else if (done.Value)
            {
                meter.Escalated();
            }
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            // The top of one alert's turn: it must not hold up the others, and comes again.
            Log.Failed(logger, tenant.Value, id, FailureName.Of(cause));
            await PutOffOne(tenant, id, cancel);
        }
    }

    private async ValueTask<Result<bool>> HandOn(WriteTransaction write, string id, CancellationToken cancel)
    {
        if (await AlertStore.Find(write, write.Tenant, id, cancel) is not { DueAt: { } due } alert || due > write.At) return false;
        var isLast = alert.Level >= alert.Policy.Levels.Count;
        var (level, owner) = await findOwner.From(write, alert, isLast ? alert.Level : alert.Level + 1, cancel);
        var reason = alert.WaitsForAcknowledgement ? HandedOn.NotAcknowledged : HandedOn.NoAction;
        var minutes = isLast ? alert.Policy.RepeatMinutes : alert.Policy.Levels[level - 1].Minutes;
        var after = alert with
        {
            State = AlertState.Escalated,
            Level = level,
            Owner = owner,
            DueAt = write.At.AddMinutes(minutes),
            AcknowledgedBy = null,
            AcknowledgedAt = null,
        };
        return await change.HandOn(write, alert, after, new HandedOn(reason, AuditActor.Server), cancel);
    }

    private async ValueTask PutOffOne(TenantId tenant, string id, CancellationToken cancel) => await commit.Write<bool>(
        tenant,
        async (write, stop) => await write.Execute(
            PutOff, [(write.At + AfterFailure).ToMicroseconds(), tenant.Value, id, write.At.ToMicroseconds()], stop) > 0,
        cancel);

    private static readonly Statement PutOff = new("""
        update care_alert
        set due_at = @later
        where tenant_id = @tenant_id
          and alert_id = @alert_id
          and due_at <= @now
        """);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Tenant {Tenant}: the alert {Alert} could not be handed on ({Cause}); it is tried again")]
        public static partial void Failed(ILogger logger, string tenant, string alert, string cause);

        [LoggerMessage(2, LogLevel.Warning, "Tenant {Tenant}: the alert {Alert} was not handed on ({Code}); it is tried again")]
        public static partial void Refused(ILogger logger, string tenant, string alert, string code);
    }
}
