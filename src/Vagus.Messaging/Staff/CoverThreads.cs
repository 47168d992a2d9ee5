using Microsoft.Extensions.Logging;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Staff;

/// <summary>
/// Takes open threads from assignees who cannot have them any more: disabled, or of another role. Each goes to who stands in, or else to
/// all who see it, without waiting for its next message. An assignee who is away keeps them until something is written.
/// </summary>
internal sealed partial class CoverThreads(
    Database database, GroupCommit commit, ThreadEvents events, Coverage coverage, IFindUsers users, ILogger<CoverThreads> logger)
    : LeasedDuty
{
    private const long AtOnce = 1_000;

    /// <summary>No user has an id with a colon.</summary>
    private const string Coverer = "system:cover";

    private (string Tenant, string Thread) last = ("", "");

    public override string Name => "thread-covers";

    public override TimeSpan Interval => TimeSpan.FromSeconds(30);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        var threads = await database.Query(Assigned, [last.Tenant, last.Thread, AtOnce], ThreadRow.Read, cancel);
        // The next turn goes on behind the last one, and begins anew behind the end.
        last = threads.Count < AtOnce ? ("", "") : (threads[^1].Tenant.Value, threads[^1].Id);
        foreach (var ofTenant in threads.GroupBy(thread => thread.Tenant))
        {
            var people = ofTenant.Select(thread => thread.AssignedTo).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
            var known = (await users.Known(ofTenant.Key, people, cancel)).ToDictionary(person => person.User.Value, StringComparer.Ordinal);
            foreach (var thread in ofTenant)
            {
                if (thread.AssignedTo is { } assignee && !ThreadReaders.MayHave(thread, known.GetValueOrDefault(assignee)))
                    await Cover(thread, cancel);
            }
        }
    }

    private async ValueTask Cover(ThreadRow thread, CancellationToken cancel)
    {
        try
        {
            if (await coverage.Of(thread, cancel) is { } cover)
                await commit.Write<bool>(thread.Tenant, (write, stop) => Cover(write, thread.Id, cover, stop), cancel);
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            // The top of one thread's turn: it must not hold up the others, and comes again.
            Log.Failed(logger, thread.Tenant.Value, thread.Id, FailureName.Of(cause));
        }
    }

    private async ValueTask<Result<bool>> Cover(WriteTransaction write, string id, Cover cover, CancellationToken cancel)
    {
        await write.NextPosition(cancel);
        // Asked again: it may have been closed, assigned anew or taken out of sight since it was found.
        if (await ThreadRow.Find(write, write.Tenant, id, cancel) is not { } thread
            || thread.Status == ThreadStatus.Closed || thread.AssignedTo != cover.Away)
            return false;
        var next = thread with { AssignedTo = cover.By, Status = StatusAfter(thread, cover), Version = thread.Version + 1 };
        await ThreadTables.Replace(write, thread, next, cancel);
        AuditTrail.Add(write, AuditActor.Server.Entry(AuditActions.ChangeThread) with
        {
            On = $"Thread/{id}", Patients = thread.Patient is { } patient ? [patient] : [],
            Detail = $"away={cover.Away},assigned={cover.By ?? "none"}",
        });
        await events.Changed(write, Caller.OfServer(write.Tenant, Coverer), thread, next, cancel);
        return true;
    }

    private static string StatusAfter(ThreadRow thread, Cover cover) =>
        cover.By is null && thread.Status is (ThreadStatus.InProgress or ThreadStatus.WaitingProvider) ? ThreadStatus.Open : thread.Status;

    // A thread out of sight is left alone: it would be found again in each turn.
    private static readonly Statement Assigned = new($"""
        select {ThreadRow.Columns}
        from messaging_thread t
        where t.assigned_to is not null
          and t.status <> 'closed'
          and (t.tenant_id, t.thread_id) > (@tenant_id, @thread_id)
          and (t.kind = 'patient' or t.pool is not null)
          and t.erasing_at is null
          and {NotStopped.Sql}
        order by t.tenant_id, t.thread_id
        limit @limit
        """);

    private static partial class Log
    {
        [LoggerMessage(7318, LogLevel.Error, "Tenant {Tenant}: the thread {Thread} could not be taken from its assignee ({Cause})")]
        public static partial void Failed(ILogger logger, string tenant, string thread, string cause);
    }
}
