using System.Data.Common;
using System.Runtime.CompilerServices;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Measuring;

/// <summary>
/// The threads that patients began in a stretch of time and a caller sees, each with its first answer by a person, page by page.
/// </summary>
internal sealed class FirstResponses(Database database)
{
    private const long Page = 500;

    public async IAsyncEnumerable<BegunByPatient> Of(
        ThreadSight sight, MetricsRange range, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (from, until) = (range.From.ToMicroseconds(), range.Until.ToMicroseconds());
        // A thread has its last message where it begins or later.
        var after = (At: from, Id: "");
        while (true)
        {
            var rows = await database.Query(
                Begun, [sight.Caller.Tenant.Value, after.At, after.Id, from, until, .. sight.Values, Page], BegunByPatient.Read, cancel);
            foreach (var row in rows) yield return row;
            if (rows.Count < Page) yield break;
            after = (rows[^1].LastAt, rows[^1].Id);
        }
    }

    private static readonly Statement Begun = ListSql.With(list => $"""
        select t.thread_id, t.category, t.priority, t.team, t.created_at, t.last_message_at, r.sent_at, r.sender_id
        from messaging_thread t
        join messaging_message b on b.tenant_id = t.tenant_id and b.thread_id = t.thread_id and b.sequence = 1
        left join messaging_message r on r.tenant_id = t.tenant_id and r.thread_id = t.thread_id and r.sequence = (
          select min(a.sequence) from messaging_message a
          where a.tenant_id = t.tenant_id and a.thread_id = t.thread_id and a.sender_role <> 'patient' and a.sender_role <> 'service')
        where t.tenant_id = @tenant_id
          and (t.last_message_at, t.thread_id) > (@after, @after_id)
          and t.created_at >= @from
          and t.created_at < @until
          and t.kind = 'patient'
          and b.sender_role = 'patient'
          and {ThreadSight.Condition(list)}
        order by t.last_message_at, t.thread_id
        limit @limit
        """);
}

/// <summary>A thread that a patient began.</summary>
internal sealed record BegunByPatient(
    string Id, string Category, string Priority, string? Team, DateTimeOffset At, long LastAt, DateTimeOffset? AnsweredAt,
    string? AnsweredBy)
{
    public static BegunByPatient Read(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3),
        Instant.FromMicroseconds(row.GetInt64(4)), row.GetInt64(5),
        row.IsDBNull(6) ? null : Instant.FromMicroseconds(row.GetInt64(6)), row.IsDBNull(7) ? null : row.GetString(7));
}
