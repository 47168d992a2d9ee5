using System.Text.Json;
using Vagus.Access.Visibility;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Threads;

/// <summary>Tells other rooms by what it is decided who sees a thread, the same as of its events.</summary>
internal sealed class KnowThreads(Database database) : IKnowThreads
{
    public async ValueTask<Participation?> Find(TenantId tenant, string id, CancellationToken cancel) =>
        await ThreadRow.Find(database, tenant, id, cancel) is { } thread ? Of(thread) : null;

    public async ValueTask<IReadOnlyDictionary<string, Participation>> Find(
        TenantId tenant, IReadOnlyCollection<string> ids, CancellationToken cancel) =>
        (await database.Query(Many, [tenant.Value, JsonSerializer.Serialize(ids)], ThreadRow.Read, cancel))
            .ToDictionary(thread => thread.Id, Of, StringComparer.Ordinal);

    private static Participation Of(ThreadRow thread) => new(thread.Kind, thread.Category, [.. thread.Members]);

    private static readonly Statement Many = ListSql.With(list => $"""
        select {ThreadRow.Columns}
        from messaging_thread t
        where t.tenant_id = @tenant_id
          and t.thread_id in ({list("threads")})
          and t.erasing_at is null
        order by t.thread_id
        """);
}
