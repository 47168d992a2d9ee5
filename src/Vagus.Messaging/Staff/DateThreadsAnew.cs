using System.Data.Common;
using Microsoft.Extensions.Logging;
using Vagus.Access.Audit;
using Vagus.Access.Tenants;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Staff;

/// <summary>
/// Works out the due dates of a tenant's open threads anew when its targets or calendars have changed, some threads in a write. By what all
/// threads are dated and how far it has come stand in the database: a process that ends in between is gone on with, and a setting that
/// changes meanwhile begins it anew.
/// </summary>
internal sealed partial class DateThreadsAnew(
    Database database, GroupCommit commit, TenantSettings settings, ThreadEvents events, MessagingPolicies policies, TimeProvider clock,
    ILogger<DateThreadsAnew> logger) : LeasedDuty
{
    internal const int AtOnce = 200;
    private const int StepsInTurn = 50;
    private const int TenantsAtOnce = 100;

    /// <summary>No user has an id with a colon.</summary>
    private const string Minder = "system:triage";

    // A write takes its instant before it commits.
    private static readonly TimeSpan LongestWrite = TimeSpan.FromMinutes(1);

    private readonly HashSet<TenantId> missed = [];
    private DateTimeOffset seen;

    public override string Name => "thread-dates";

    public override TimeSpan Interval => TimeSpan.FromSeconds(5);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        await Begin(cancel);
        var steps = StepsInTurn;
        foreach (var tenant in await database.Query(Going, [(long)TenantsAtOnce], row => new TenantId(row.GetString(0)), cancel))
        {
            while (steps-- > 0 && await Step(tenant, cancel))
            {
            }
        }
    }

    /// <summary>True where there is more to do.</summary>
    internal async ValueTask<bool> Step(TenantId tenant, CancellationToken cancel)
    {
        var done = await commit.Write<bool>(tenant, Step, cancel);
        if (done.Refusal is { } refusal) Log.Refused(logger, tenant.Value, refusal.Code);
        return done is { IsRefused: false, Value: true };
    }

    private async ValueTask Begin(CancellationToken cancel)
    {
        var since = seen == default ? DateTimeOffset.UnixEpoch : seen - LongestWrite;
        var changed = await settings.ChangedSince(MessagingPolicy.Setting, since, TenantsAtOnce, cancel);
        foreach (var tenant in changed.Select(each => each.Tenant).Union(missed).ToList())
        {
            // A change of a tenant that takes no writes now is begun when it takes them again: by then it is not seen as new.
            if (await IsBegun(tenant, cancel)) missed.Remove(tenant);
            else missed.Add(tenant);
        }

        // Tenants that have set it at the same instant are looked at together or again.
        if (changed.Count > 0) seen = changed.Count == TenantsAtOnce ? changed[^1].ChangedAt + LongestWrite : clock.GetUtcNow();
    }

    private async ValueTask<bool> IsBegun(TenantId tenant, CancellationToken cancel)
    {
        var by = MessagingPolicy.DatedBy(await settings.Read(tenant, MessagingPolicy.Setting, cancel));
        var known = await database.QueryOne(One, [tenant.Value], Progress.Read, cancel);
        if (known?.Until == by) return true;
        var begun = await commit.Write<bool>(
            tenant, async (write, stop) => await write.Execute(Start, [tenant.Value, by], stop) == 1, cancel);
        return begun.Refusal is null or { Code: NotStopped.MovedCode };
    }

    private async ValueTask<Result<bool>> Step(WriteTransaction write, CancellationToken cancel)
    {
        await write.NextPosition(cancel);
        if (await write.QueryOne(One, [write.Tenant.Value], Progress.Read, cancel) is not { GoingTo: { } goal } progress) return false;
        var by = MessagingPolicy.DatedBy(await TenantSettings.Read(write, MessagingPolicy.Setting, cancel));
        if (by != goal) return await write.Execute(Start, [write.Tenant.Value, by], cancel) == 1;
        var policy = await policies.Of(write, cancel);
        var threads = await write.Query(Open, [write.Tenant.Value, progress.UpTo, (long)AtOnce], ThreadRow.Read, cancel);
        foreach (var thread in threads) await Date(write, thread, policy, cancel);
        if (threads.Count == AtOnce)
        {
            await write.Queue(GoOn, [threads[^1].Id, write.Tenant.Value], cancel);
            return true;
        }

        await write.Queue(Complete, [goal, write.Tenant.Value], cancel);
        return false;
    }

    private async ValueTask Date(WriteTransaction write, ThreadRow thread, MessagingPolicy policy, CancellationToken cancel)
    {
        var next = DueDates.Anew(thread, policy, write.At);
        if (next.DueAt == thread.DueAt && next.DueLeft == thread.DueLeft) return;
        next = next with { Version = thread.Version + 1 };
        await ThreadTables.Replace(write, thread, next, cancel);
        AuditTrail.Add(write, AuditActor.Server.Entry(AuditActions.ChangeThread) with
        {
            On = $"Thread/{thread.Id}", Patients = thread.Patient is { } patient ? [patient] : [], Detail = "changed=dueAt",
        });
        var by = Caller.OfServer(write.Tenant, Minder);
        await events.Updated(write, by, thread, next, ["dueAt"], cancel);
    }

    /// <summary>How far a tenant's threads are dated.</summary>
    private sealed record Progress(string DatedBy, string? GoingTo, string UpTo)
    {
        public string Until => GoingTo ?? DatedBy;

        public static Progress Read(DbDataReader row) => new(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetString(2));
    }

    private static readonly Statement Going = new($"""
        select tenant_id
        from messaging_dated
        where going_to is not null
          and {NotStopped.Sql}
        order by tenant_id
        limit @limit
        """);

    private static readonly Statement One = new("""
        select dated_by, going_to, up_to
        from messaging_dated
        where tenant_id = @tenant_id
        """);

    private static readonly Statement Start = new("""
        insert into messaging_dated (tenant_id, dated_by, going_to, up_to)
        values (@tenant_id, '', @going_to, '')
        on conflict (tenant_id) do update set going_to = excluded.going_to, up_to = ''
        """);

    private static readonly Statement GoOn = new("""
        update messaging_dated
        set up_to = @up_to
        where tenant_id = @tenant_id
        """);

    private static readonly Statement Complete = new("""
        update messaging_dated
        set dated_by = @dated_by, going_to = null, up_to = ''
        where tenant_id = @tenant_id
        """);

    private static readonly Statement Open = new($"""
        select {ThreadRow.Columns}
        from messaging_thread t
        where t.tenant_id = @tenant_id
          and t.waiting_since is not null
          and t.status <> 'closed'
          and t.erasing_at is null
          and t.thread_id > @up_to
        order by t.thread_id
        limit @limit
        """);

    private static partial class Log
    {
        [LoggerMessage(7307, LogLevel.Warning, "Tenant {Tenant}: due dates were not worked out anew ({Code}); it is tried again")]
        public static partial void Refused(ILogger logger, string tenant, string code);
    }
}
