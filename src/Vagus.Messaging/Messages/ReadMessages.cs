using System.Text.Json;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Messages;

/// <summary>Pages of messages. Who may read them has been asked of their thread.</summary>
internal static class ReadMessages
{
    public static async ValueTask<MessageRow?> Find(IRunQueries queries, TenantId tenant, string id, CancellationToken cancel) =>
        await queries.QueryOne(ById, [tenant.Value, id], MessageRow.Read, cancel);

    /// <summary>The last messages before a sequence, oldest first; one more than asked for tells that there are more.</summary>
    public static async ValueTask<MessagePage> Before(
        IRunQueries queries, TenantId tenant, string thread, (long Before, int Limit) page, CancellationToken cancel)
    {
        var rows = await queries.Query(
            BeforeOne, [tenant.Value, thread, page.Before, page.Limit + 1L], MessageRow.Read, cancel);
        var hasMore = rows.Count > page.Limit;
        if (hasMore) rows.RemoveAt(page.Limit);
        rows.Reverse();
        return new MessagePage(rows, hasMore ? rows[0].Sequence : null);
    }

    /// <summary>The messages after a sequence, oldest first.</summary>
    public static async ValueTask<IReadOnlyList<MessageRow>> After(
        IRunQueries queries, TenantId tenant, string thread, long after, int limit, CancellationToken cancel) =>
        await queries.Query(AfterOne, [tenant.Value, thread, after, (long)limit], MessageRow.Read, cancel);

    public static async ValueTask<IReadOnlyList<MessageRow>> OfIds(
        IRunQueries queries, TenantId tenant, IReadOnlyList<string> ids, CancellationToken cancel) =>
        ids.Count == 0 ? [] : await queries.Query(ByIds, [tenant.Value, JsonSerializer.Serialize(ids)], MessageRow.Read, cancel);

    private static readonly Statement ById = new($"""
        select {MessageRow.Columns}
        from messaging_message g
        where g.tenant_id = @tenant_id
          and g.message_id = @message_id
        """);

    private static readonly Statement BeforeOne = new($"""
        select {MessageRow.Columns}
        from messaging_message g
        where g.tenant_id = @tenant_id
          and g.thread_id = @thread_id
          and g.sequence < @before
        order by g.sequence desc
        limit @limit
        """);

    private static readonly Statement AfterOne = new($"""
        select {MessageRow.Columns}
        from messaging_message g
        where g.tenant_id = @tenant_id
          and g.thread_id = @thread_id
          and g.sequence > @after
        order by g.sequence
        limit @limit
        """);

    private static readonly Statement ByIds = ListSql.With(list => $"""
        select {MessageRow.Columns}
        from messaging_message g
        where g.tenant_id = @tenant_id
          and g.message_id in ({list("ids")})
        order by g.thread_id, g.sequence
        """);
}
