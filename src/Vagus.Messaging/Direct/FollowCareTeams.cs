using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Reading;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Direct;

/// <summary>
/// Who takes part in the threads of a CareTeam follows it, in the write that changes it: who comes sees them from then on, and who goes
/// sees and hears nothing more of those in which they have neither written nor are assigned.
/// </summary>
internal sealed class FollowCareTeams(IFindUsers accounts, ThreadEvents events) : IKeepRows
{
    /// <summary>The latest threads of a team; an older one follows with the next message to it.</summary>
    private const long Most = 1_000;

    /// <summary>No user has an id with a colon.</summary>
    private const string Follower = "system:care-team";

    public string ResourceType => "CareTeam";

    public async ValueTask Keep(WriteTransaction write, ResourceChange change, CancellationToken cancel)
    {
        var pool = $"{ResourceType}/{change.Id}";
        var threads = await write.Query(OfPool, [write.Tenant.Value, pool, Most], ThreadRow.Read, cancel);
        if (threads.Count == 0) return;
        var practitioners = change.After is { } team ? CareTeamMembers.Of(team, write.At) : [];
        var users = await accounts.OfPractitioners(write, write.Tenant, practitioners, cancel);
        var beginners = new Dictionary<string, Role>(StringComparer.Ordinal);
        foreach (var thread in threads)
        {
            if (!beginners.TryGetValue(thread.CreatedBy, out var from))
            {
                // Who is there no longer is taken for who may write to fewest.
                var began = await accounts.Find(write, write.Tenant, new UserId(thread.CreatedBy), cancel);
                beginners[thread.CreatedBy] = from = began?.Role ?? Role.Patient;
            }

            await Follow(write, thread, new Recipient(pool, FindRecipient.NamesOf(users, from)) { IsPool = true }, cancel);
        }
    }

    private async ValueTask Follow(WriteTransaction write, ThreadRow thread, Recipient pool, CancellationToken cancel)
    {
        var members = await DirectThread.Members(write, thread, pool, cancel);
        if (members.SequenceEqual(thread.Members, StringComparer.Ordinal)) return;
        var next = thread with { Members = members, Version = thread.Version + 1 };
        await ThreadTables.Replace(write, thread, next, cancel);
        AuditTrail.Add(write, AuditActor.Server.Entry(AuditActions.ChangeThread) with
        {
            On = $"Thread/{thread.Id}",
            Patients = thread.Patient is { } patient ? [patient] : [],
            Detail = $"pool={pool.Name},added={Named(next, thread)},removed={Named(thread, next)}",
        });
        var by = new Caller(write.Tenant, new UserId(Follower), Role.Service, new SessionId(""));
        await events.Updated(write, by, thread, next, ["participants"], cancel);
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
