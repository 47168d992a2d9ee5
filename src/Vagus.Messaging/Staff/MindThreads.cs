using Microsoft.Extensions.Logging;
using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Staff;

/// <summary>
/// Marks threads whose due date has passed, and wakes those whose snooze is over, each once and told as an update of the thread. Where the
/// tenant says so, an overdue thread loses its assignee and is everybody's again. Each thread is looked at anew within its own write, so a
/// turn that comes late or twice changes nothing.
/// </summary>
internal sealed partial class MindThreads(
    Database database, GroupCommit commit, ThreadEvents events, MessagingPolicies policies, TimeProvider clock,
    ILogger<MindThreads> logger) : LeasedDuty
{
    private const long AtOnce = 200;

    /// <summary>No user has an id with a colon.</summary>
    private const string Minder = "system:triage";

    public override string Name => "thread-times";

    public override TimeSpan Interval => TimeSpan.FromSeconds(5);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        var due = await database.Query(
            Passed, [now, now, AtOnce], row => (Tenant: new TenantId(row.GetString(0)), Id: row.GetString(1)), cancel);
        foreach (var (tenant, id) in due) await Mind(tenant, id, cancel);
    }

    private async ValueTask Mind(TenantId tenant, string id, CancellationToken cancel)
    {
        try
        {
            var minded = await commit.Write<bool>(tenant, (write, stop) => Mind(write, id, stop), cancel);
            if (minded.Refusal is { } refusal) Log.Refused(logger, tenant.Value, id, refusal.Code);
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            // The top of one thread's turn: it must not hold up the others, and comes again.
            Log.Failed(logger, tenant.Value, id, FailureName.Of(cause));
        }
    }

    private async ValueTask<Result<bool>> Mind(WriteTransaction write, string id, CancellationToken cancel)
    {
        await write.NextPosition(cancel);
        if (await ThreadRow.Find(write, write.Tenant, id, cancel) is not { } thread) return false;
        var policy = await policies.Of(write, cancel);
        var next = After(thread, policy.EscalatesToPool, write.At);
        if (ReferenceEquals(next, thread)) return false;
        next = next with { Version = thread.Version + 1 };
        await ThreadTables.Replace(write, thread, next, cancel);
        AuditTrail.Add(write, AuditActor.Server.Entry(AuditActions.ChangeThread) with
        {
            On = $"Thread/{id}", Patients = thread.Patient is { } patient ? [patient] : [],
            Detail = $"changed={string.Join('+', ThreadRules.Changed(thread, next))}",
        });
        var by = Caller.OfServer(write.Tenant, Minder);
        await events.Changed(write, by, thread, next, cancel);
        return true;
    }

    /// <summary>The same thread where nothing has passed.</summary>
    internal static ThreadRow After(ThreadRow thread, bool toPool, DateTimeOffset at)
    {
        var next = thread;
        if (thread.SnoozedUntil <= at) next = next with { SnoozedUntil = null };
        if (thread.DueAt <= at && thread.OverdueAt is null) next = Overdue(next, toPool, at);
        return next;
    }

    private static ThreadRow Overdue(ThreadRow thread, bool toPool, DateTimeOffset at) =>
        toPool && thread.AssignedTo is not null
            ? thread with { OverdueAt = at, AssignedTo = null, CoveredFor = null, Status = ThreadStatus.Open }
            : thread with { OverdueAt = at };

    // A thread out of sight is left alone: it would be found again in each turn. Of each tenant the first comes before the second of any:
    // what stays due since nothing is written of its tenant keeps no other tenant's waiting.
    private static readonly Statement Passed = new($"""
        select tenant_id, thread_id
        from (
          select tenant_id, thread_id, row_number() over (partition by tenant_id order by passed_at, thread_id) as place
          from (
            select tenant_id, thread_id, min(passed_at) as passed_at
            from (
              select tenant_id, thread_id, due_at as passed_at
              from messaging_thread
              where due_at <= @now
                and overdue_at is null
                and erasing_at is null
                and {NotStopped.Sql}
              union all
              select tenant_id, thread_id, snoozed_until as passed_at
              from messaging_thread
              where snoozed_until <= @then
                and erasing_at is null
                and {NotStopped.Sql}) as either
            group by tenant_id, thread_id) as each_once) as placed
        order by place, tenant_id, thread_id
        limit @limit
        """);

    private static partial class Log
    {
        [LoggerMessage(7315, LogLevel.Warning, "Tenant {Tenant}: the times of thread {Thread} were not minded ({Code}); it is tried again")]
        public static partial void Refused(ILogger logger, string tenant, string thread, string code);

        [LoggerMessage(7304, LogLevel.Error, "Tenant {Tenant}: the times of thread {Thread} could not be minded ({Cause})")]
        public static partial void Failed(ILogger logger, string tenant, string thread, string cause);
    }
}
