using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Direct;

/// <summary>
/// Who takes part in the threads of a pool follows it, in the write that changes it: who comes sees them from then on, and who goes sees
/// and hears nothing more of those in which they have neither written nor are assigned.
/// </summary>
internal sealed class FollowPool(IFindUsers accounts, ThreadEvents events)
{
    /// <summary>The latest threads of a pool; an older one follows with the next message to it.</summary>
    private const long Most = 1_000;

    /// <param name="write">The write that changes the pool.</param>
    /// <param name="pool">Its name in threads: <c>CareTeam/1</c>.</param>
    /// <param name="by">As whom the log knows the change; no user has an id with a colon.</param>
    /// <param name="practitioners">Who belongs to it now, asked where it has threads at all; null: that is not known, and nothing changes.</param>
    /// <param name="cancel">Ends the write.</param>
    public async ValueTask Run(
        WriteTransaction write, string pool, string by, Func<ValueTask<IReadOnlyList<string>?>> practitioners, CancellationToken cancel)
    {
        var threads = await write.Query(OfPool, [write.Tenant.Value, pool, Most], ThreadRow.Read, cancel);
        if (threads.Count == 0 || await practitioners() is not { } belong) return;
        var users = await accounts.OfPractitioners(write, write.Tenant, belong, cancel);
        var beginners = (await accounts.Find(write, write.Tenant, [.. threads.Select(thread => thread.CreatedBy).Distinct()], cancel))
            .ToDictionary(user => user.User.Value, user => user.Role, StringComparer.Ordinal);
        // Who is there no longer is taken for who may write to fewest.
        var pools = threads.ConvertAll(thread => (Thread: thread, Pool: new Recipient(
            pool, FindRecipient.NamesOf(users, beginners.GetValueOrDefault(thread.CreatedBy, Role.Patient))) { IsPool = true }));
        var members = await DirectThread.Members(write, write.Tenant, pools, cancel);
        var changes = threads.Zip(members, (thread, names) => (Before: thread, After: thread with
        {
            Members = names, Version = thread.Version + 1,
        })).Where(each => !each.After.Members.SequenceEqual(each.Before.Members, StringComparer.Ordinal)).ToList();
        await ThreadTables.Replace(write, changes, cancel);
        foreach (var (before, after) in changes) await Tell(write, by, before, after, cancel);
    }

    private async ValueTask Tell(WriteTransaction write, string by, ThreadRow before, ThreadRow after, CancellationToken cancel)
    {
        AuditTrail.Add(write, AuditActor.Server.Entry(AuditActions.ChangeThread) with
        {
            On = $"Thread/{after.Id}",
            Patients = after.Patient is { } patient ? [patient] : [],
            Detail = $"pool={after.Pool},added={Named(after, before)},removed={Named(before, after)}",
        });
        await events.Updated(write, Caller.OfServer(write.Tenant, by), before, after, ["participants"], cancel);
    }

    private static string Named(ThreadRow among, ThreadRow without) =>
        string.Join('+', among.Members.Except(without.Members, StringComparer.Ordinal));

    private static readonly Statement OfPool = new($"""
        select {ThreadRow.Columns}
        from messaging_thread t
        where t.tenant_id = @tenant_id
          and t.pool = @pool
          and t.pool is not null
          and t.erasing_at is null
        order by t.last_message_at desc, t.thread_id
        limit @limit
        """);
}
