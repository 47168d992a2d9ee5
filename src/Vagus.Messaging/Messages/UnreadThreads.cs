using System.Text.Json;
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
/// without one count under their kind. The cost grows with what is unread and with what the care team has not closed, never with what was.
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
        var me = sight.Caller.User.Value;
        var found = await database.Query(
            ByCategory,
            [
                ReadersOf(sight), sight.Values[1],
                sight.Caller.Tenant.Value, me, patientThreadsOnly, sight.Values[0], sight.Values[2],
                ReadsNotes(sight),
            ],
            row => (Category: row.GetString(0), Count: row.GetInt64(1)), cancel);
        return found.ToDictionary(each => each.Category, each => each.Count, StringComparer.Ordinal);
    }

    /// <summary>The value of <c>@reads_notes</c>. A count must not tell the patient's side of a note.</summary>
    public static bool ReadsNotes(ThreadSight sight) => sight.Caller.Role.IsStaff();

    /// <summary>
    /// A condition on a thread <c>t</c> and the caller's mark <c>k</c>: something of it is unread by the user <c>@me</c>, notes among it
    /// where <c>@reads_notes</c>. What the server answers by itself, with the role of a service, asks nobody to read it.
    /// </summary>
    public static string IsUnread(Func<string, string> listOf) => $"""
        ((exists (
              select 1 from messaging_message u
              where u.tenant_id = t.tenant_id and u.thread_id = t.thread_id and u.sequence > coalesce(k.read_sequence, 0)
                and u.sender_id <> @me and u.status = 'sent' and u.sender_role <> 'service')
              and {IsAsked(listOf)})
            or (@reads_notes = true and exists (
              select 1 from messaging_note n
              where n.tenant_id = t.tenant_id and n.thread_id = t.thread_id and n.number > coalesce(k.read_note, 0)
                and replace(' ' || n.mentions || ' ', ' ' || @me || ' ', '') <> ' ' || n.mentions || ' ')))
        """;

    /// <summary>
    /// The caller is asked to read the messages of <c>t</c>. Of what others have dealt with, only those are who have read in it before,
    /// have it, or take part by more than their role: otherwise all of history were unread for a new colleague.
    /// </summary>
    public static string IsAsked(Func<string, string> listOf) => $"""
        (k.user_id is not null
                or not (t.status = 'closed' or (t.pool is not null and t.assigned_to is not null))
                or coalesce(t.assigned_to, '') = @me
                or exists (
                  select 1 from messaging_member p
                  where p.tenant_id = t.tenant_id and p.thread_id = t.thread_id and p.name in ({listOf("names")})
                    and p.name not like 'role:%'))
        """;

    /// <summary>
    /// The threads in which something may be unread by <c>@me</c>, who reads as <c>@readers</c> and sees <c>@categories</c>, as a table of
    /// <c>thread_id</c>. Threads of the care team are asked for by their status: which roles see them may change at any time.
    /// </summary>
    public static string Candidates(Func<string, string> list) => $"""
        (
          with r (reader) as ({list("readers")}), g (category) as ({list("categories")})
          select b.thread_id
          from r
          cross join messaging_behind b
          where b.tenant_id = @tenant_id
            and b.reader = r.reader
          union
          select o.thread_id
          from g
          cross join messaging_thread o
          where o.tenant_id = @tenant_id
            and o.category = g.category
            and o.status <> 'closed'
            and not exists (
              select 1 from messaging_mark s where s.tenant_id = o.tenant_id and s.thread_id = o.thread_id and s.user_id = @me))
        """;

    /// <summary>The value of <c>@readers</c>.</summary>
    public static string ReadersOf(ThreadSight sight) =>
        JsonSerializer.Serialize(sight.Names.Append(sight.Caller.User.Value).Distinct(StringComparer.Ordinal));

    // SQLite takes the tables of a cross join in this order.
    internal static string Text(Func<string, string> list) => $"""
        select coalesce(t.category, t.kind), count(*)
        from {Candidates(list)} c
        cross join messaging_thread t
        left join messaging_mark k on k.tenant_id = t.tenant_id and k.thread_id = t.thread_id and k.user_id = @me
        where t.tenant_id = @tenant_id
          and t.thread_id = c.thread_id
          and (@patient_only = false or t.kind = 'patient')
          and {ThreadSight.Condition(list)}
          and {IsUnread(list)}
        group by coalesce(t.category, t.kind)
        order by 1
        """;

    private static readonly Statement ByCategory = ListSql.With(Text);
}

/// <summary>Threads with something unread.</summary>
internal sealed record UnreadAnswer(long Count, IReadOnlyDictionary<string, long> ByCategory)
{
    public bool IsSameAs(UnreadAnswer? other) => other is not null
        && Count == other.Count && ByCategory.Count == other.ByCategory.Count
        && ByCategory.All(row => other.ByCategory.TryGetValue(row.Key, out var count) && count == row.Value);

    public static UnreadAnswer Of(IReadOnlyDictionary<string, long> counts) => new(counts.Values.Sum(), counts);
}
