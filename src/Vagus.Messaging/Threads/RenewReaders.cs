using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Threads;

/// <summary>
/// Sets the readers of the Communications of threads that are older than <see cref="ThreadReaders.Keep"/>: who had left one before still
/// found its messages. What is left to do stands in a table, some threads in a write; a process that ends in between is gone on with.
/// </summary>
internal sealed partial class RenewReaders(Database database, GroupCommit commit, ILogger<RenewReaders> logger) : LeasedDuty
{
    private const long AtOnce = 100;
    private const long TenantsAtOnce = 100;
    private const int StepsInTurn = 50;

    public override string Name => "thread-readers";

    public override TimeSpan Interval => TimeSpan.FromSeconds(30);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        var steps = StepsInTurn;
        foreach (var tenant in await database.Query(Waiting, [TenantsAtOnce], row => new TenantId(row.GetString(0)), cancel))
        {
            while (steps-- > 0 && await Step(tenant, cancel))
            {
            }
        }
    }

    private async ValueTask<bool> Step(TenantId tenant, CancellationToken cancel)
    {
        var done = await commit.Write<bool>(tenant, Step, cancel);
        if (done.Refusal is { } refusal) Log.Refused(logger, tenant.Value, refusal.Code);
        return done is { IsRefused: false, Value: true };
    }

    /// <summary>True where there is more to do.</summary>
    private static async ValueTask<Result<bool>> Step(WriteTransaction write, CancellationToken cancel)
    {
        // Holds the tenant's head: no thread changes between the reading of its row and the write of its readers.
        await write.NextPosition(cancel);
        var ids = await write.Query(Next, [write.Tenant.Value, AtOnce], row => row.GetString(0), cancel);
        if (ids.Count == 0) return false;
        var list = JsonSerializer.Serialize(ids);
        await ThreadReaders.Set(write, await write.Query(Threads, [write.Tenant.Value, list], ThreadRow.Read, cancel), cancel);
        await write.Queue(Done, [write.Tenant.Value, list], cancel);
        return ids.Count == AtOnce;
    }

    private static readonly Statement Waiting = new($"""
        select distinct tenant_id
        from messaging_readers_past
        where {NotStopped.Sql}
        order by tenant_id
        limit @limit
        """);

    private static readonly Statement Next = new("""
        select thread_id
        from messaging_readers_past
        where tenant_id = @tenant_id
        order by thread_id
        limit @limit
        """);

    private static readonly Statement Threads = ListSql.With(list => $"""
        select {ThreadRow.Columns}
        from messaging_thread t
        where t.tenant_id = @tenant_id
          and t.thread_id in ({list("threads")})
        order by t.thread_id
        """);

    private static readonly Statement Done = ListSql.With(list => $"""
        delete from messaging_readers_past
        where tenant_id = @tenant_id
          and thread_id in ({list("threads")})
        """);

    private static partial class Log
    {
        [LoggerMessage(7317, LogLevel.Warning, "Tenant {Tenant}: readers of earlier messages were not set ({Code}); it is tried again")]
        public static partial void Refused(ILogger logger, string tenant, string code);
    }
}
