using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Messages;

/// <summary>
/// How many threads hold messages of others beyond the caller's own mark, or, for staff, a note that mentions them, by category; threads
/// without one count under their kind.
/// </summary>
internal sealed class UnreadThreads(Database database, AuditTrail audit)
{
    /// <summary>What <c>GET …/unread-count</c> answers at the doors of staff and of patients.</summary>
    public async Task<Results<Ok<UnreadAnswer>, ProblemHttpResult>> Answer(HttpContext http, ThreadSight sight, bool patientThreadsOnly)
    {
        var entry = AuditEntry.Of(AuditActions.ReadThread, http.Caller(), AuditOrigin.Of(http)) with { Detail = "unread-count" };
        if (await audit.Append(http.Caller().Tenant, entry) is { } unrecorded) return unrecorded.ToProblem();
        return TypedResults.Ok(UnreadAnswer.Of(await Count(sight, http.RequestAborted, patientThreadsOnly)));
    }

    public async ValueTask<IReadOnlyDictionary<string, long>> Count(
        ThreadSight sight, CancellationToken cancel, bool patientThreadsOnly = false)
    {
        var found = await database.Query(
            ByCategory,
            [sight.Caller.User.Value, sight.Caller.Tenant.Value, patientThreadsOnly, .. sight.Values, ReadsNotes(sight)],
            row => (Category: row.GetString(0), Count: row.GetInt64(1)), cancel);
        return found.ToDictionary(each => each.Category, each => each.Count, StringComparer.Ordinal);
    }

    /// <summary>The value of <c>@reads_notes</c>. A count must not tell the patient's side of a note.</summary>
    public static bool ReadsNotes(ThreadSight sight) => sight.Caller.Role.IsStaff();

    /// <summary>
    /// A condition on a thread <c>t</c> and the caller's mark <c>k</c>: something of it is unread by the user <c>@me</c>, notes among it
    /// where <c>@reads_notes</c>. What the server answers by itself, with the role of a service, asks nobody to read it.
    /// </summary>
    public const string IsUnread = """
        (exists (
              select 1 from messaging_message u
              where u.tenant_id = t.tenant_id and u.thread_id = t.thread_id and u.sequence > coalesce(k.read_sequence, 0)
                and u.sender_id <> @me and u.status = 'sent' and u.sender_role <> 'service')
            or (@reads_notes = true and exists (
              select 1 from messaging_note n
              where n.tenant_id = t.tenant_id and n.thread_id = t.thread_id and n.number > coalesce(k.read_note, 0)
                and replace(' ' || n.mentions || ' ', ' ' || @me || ' ', '') <> ' ' || n.mentions || ' ')))
        """;

    private static readonly Statement ByCategory = ListSql.With(list => $"""
        select coalesce(t.category, t.kind), count(*)
        from messaging_thread t
        left join messaging_mark k on k.tenant_id = t.tenant_id and k.thread_id = t.thread_id and k.user_id = @me
        where t.tenant_id = @tenant_id
          and (@patient_only = false or t.kind = 'patient')
          and {ThreadSight.Condition(list)}
          and {IsUnread}
        group by coalesce(t.category, t.kind)
        order by 1
        """);
}

/// <summary>Threads with something unread.</summary>
internal sealed record UnreadAnswer(long Count, IReadOnlyDictionary<string, long> ByCategory)
{
    public static UnreadAnswer Of(IReadOnlyDictionary<string, long> counts) => new(counts.Values.Sum(), counts);
}
