using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Measuring;

/// <summary>
/// How many messages of the threads that a caller sees were sent in a stretch of time, counted by the database. Hours are those of UTC
/// quarters: a time zone is apart from UTC by whole quarters of an hour.
/// </summary>
internal sealed class MessageVolumes(Database database)
{
    public static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    public async ValueTask<IReadOnlyList<(string Category, string Side, long Count)>> ByCategory(
        ThreadSight sight, MetricsRange range, CancellationToken cancel) => await database.Query(
        OfCategory, Values(sight, range), row => (row.GetString(0), row.GetString(1), row.GetInt64(2)), cancel);

    public async ValueTask<IReadOnlyList<(string User, long Count)>> ByPerson(
        ThreadSight sight, MetricsRange range, CancellationToken cancel) => await database.Query(
        OfPerson, Values(sight, range), row => (row.GetString(0), row.GetInt64(1)), cancel);

    public async ValueTask<IReadOnlyList<(DateTimeOffset At, string Side, long Count)>> ByQuarter(
        ThreadSight sight, MetricsRange range, CancellationToken cancel) => await database.Query(
        OfQuarter, [(long)Quarter.TotalMicroseconds, .. Values(sight, range)],
        row => (Instant.FromMicroseconds(row.GetInt64(0) * (long)Quarter.TotalMicroseconds), row.GetString(1), row.GetInt64(2)), cancel);

    private static object?[] Values(ThreadSight sight, MetricsRange range) =>
        [sight.Caller.Tenant.Value, range.From.ToMicroseconds(), range.Until.ToMicroseconds(), .. sight.Values];

    // Only threads whose last message is in the stretch, or behind it, have messages in it.
    private static string Sent(Func<string, string> list) => $"""
        from messaging_thread t
        join messaging_message g on g.tenant_id = t.tenant_id and g.thread_id = t.thread_id
        where t.tenant_id = @tenant_id
          and t.last_message_at >= @from
          and t.kind = 'patient'
          and g.sent_at >= @from
          and g.sent_at < @until
          and {ThreadSight.Condition(list)}
        """;

    private const string Side = "case g.sender_role when 'patient' then 'patient' when 'service' then 'service' else 'staff' end";

    private static readonly Statement OfCategory = ListSql.With(list => $"""
        select t.category, {Side}, count(*)
        {Sent(list)}
        group by 1, 2
        order by 1, 2
        """);

    private static readonly Statement OfPerson = ListSql.With(list => $"""
        select g.sender_id, count(*)
        {Sent(list)}
          and g.sender_role <> 'patient'
          and g.sender_role <> 'service'
        group by g.sender_id
        order by g.sender_id
        """);

    private static readonly Statement OfQuarter = ListSql.With(list => $"""
        select g.sent_at / @quarter, {Side}, count(*)
        {Sent(list)}
        group by 1, 2
        order by 1, 2
        """);
}
