using Microsoft.Extensions.Logging;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Staff;

/// <summary>
/// Gives threads back to who was away, when the absence has ended: what a stand-in has taken over, and what nobody has. A thread that
/// somebody has assigned meanwhile stays where it is. Each is looked at anew within its own write, so a turn that comes late or twice
/// changes nothing.
/// </summary>
internal sealed partial class GiveBackThreads(
    Database database, GroupCommit commit, ThreadEvents events, IFindStandIns standIns, IFindUsers users, TimeProvider clock,
    ILogger<GiveBackThreads> logger) : LeasedDuty
{
    private const long PeopleAtOnce = 1_000;
    private const long ThreadsAtOnce = 200;

    /// <summary>No user has an id with a colon.</summary>
    private const string Returner = "system:return";

    private (string Tenant, string User) last = ("", "");

    public override string Name => "thread-returns";

    public override TimeSpan Interval => TimeSpan.FromSeconds(30);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        var people = await database.Query(
            Covered, [last.Tenant, last.User, PeopleAtOnce], row => (Tenant: row.GetString(0), User: row.GetString(1)), cancel);
        // The next turn goes on behind the last one, and begins anew behind the end: more than a turn takes are away at a time.
        last = people.Count < PeopleAtOnce ? ("", "") : people[^1];
        foreach (var (tenant, user) in people) await Return(new TenantId(tenant), new UserId(user), cancel);
    }

    private async ValueTask Return(TenantId tenant, UserId user, CancellationToken cancel)
    {
        try
        {
            var person = await users.Known(tenant, user, cancel);
            // Who is disabled does not come back, and is waited for no longer.
            if (person is { IsDisabled: false } && await standIns.Of(tenant, user, clock.GetUtcNow(), cancel) is not null) return;
            var threads = await database.Query(Of, [tenant.Value, user.Value, ThreadsAtOnce], row => row.GetString(0), cancel);
            foreach (var id in threads)
                await commit.Write<bool>(tenant, (write, stop) => Return(write, id, (user, person), stop), cancel);
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            // The top of one person's turn: it must not hold up the others, and comes again.
            Log.Failed(logger, tenant.Value, user.Value, FailureName.Of(cause));
        }
    }

    private async ValueTask<Result<bool>> Return(
        WriteTransaction write, string id, (UserId User, UserFacts? Facts) to, CancellationToken cancel)
    {
        await write.NextPosition(cancel);
        if (await ThreadRow.Find(write, write.Tenant, id, cancel) is not { } thread || thread.CoveredFor != to.User.Value) return false;
        // Who may not have the thread any more leaves it with the stand-in.
        var assignee = ThreadReaders.MayHave(thread, to.Facts) ? to.User.Value : thread.AssignedTo;
        var next = thread with { AssignedTo = assignee, CoveredFor = null, Version = thread.Version + 1 };
        await ThreadTables.Replace(write, thread, next, cancel);
        AuditTrail.Add(write, AuditActor.Server.Entry(AuditActions.ChangeThread) with
        {
            On = $"Thread/{id}", Patients = thread.Patient is { } patient ? [patient] : [],
            Detail = $"back={to.User.Value},assigned={assignee ?? "none"}",
        });
        var by = Caller.OfServer(write.Tenant, Returner);
        await events.Changed(write, by, thread, next, cancel);
        return true;
    }

    // A thread out of sight is left alone: it would be found again in each turn.
    private static readonly Statement Covered = new($"""
        select distinct tenant_id, covered_for
        from messaging_thread
        where covered_for is not null
          and (tenant_id, covered_for) > (@tenant_id, @user_id)
          and erasing_at is null
          and {NotStopped.Sql}
        order by tenant_id, covered_for
        limit @limit
        """);

    private static readonly Statement Of = new("""
        select thread_id
        from messaging_thread
        where tenant_id = @tenant_id
          and covered_for = @user_id
          and covered_for is not null
          and erasing_at is null
        order by thread_id
        limit @limit
        """);

    private static partial class Log
    {
        [LoggerMessage(7310, LogLevel.Error, "Tenant {Tenant}: threads could not be given back to {User} after an absence ({Cause})")]
        public static partial void Failed(ILogger logger, string tenant, string user, string cause);
    }
}
