using System.Data.Common;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Storage.Consuming;

/// <summary>
/// How far each durable consumer has read each tenant's log. A consumer with state moves its cursor in the transaction that writes the
/// state, so a redelivery after a crash changes nothing.
/// </summary>
public sealed class Cursors(Database database)
{
    /// <summary>The last position that was consumed; 0 where nothing was.</summary>
    public async ValueTask<long> Read(TenantId tenant, string consumer, CancellationToken cancel) =>
        await database.QueryOne(ReadOne, [tenant.Value, consumer], row => row.GetInt64(0), cancel);

    /// <summary>Moves the cursor forward. False when it is already there or beyond: another delivery of the same events won.</summary>
    public static async ValueTask<bool> Move(WriteTransaction write, string consumer, long position, CancellationToken cancel) =>
        await write.Execute(MoveOne, [write.Tenant.Value, consumer, position], cancel) == 1;

    /// <summary>
    /// Moves the cursor from exactly one position to another, under a lease. False when the lease has gone to another node or the cursor is
    /// elsewhere: nothing of this transaction may be kept.
    /// </summary>
    internal static async ValueTask<bool> Move(WriteTransaction write, Lease lease, long from, long to, CancellationToken cancel) =>
        await write.Execute(MoveUnderLease, [write.Tenant.Value, lease.Consumer, to, lease.Epoch, from], cancel) == 1;

    /// <summary>The cursors of one consumer, of all tenants.</summary>
    public ValueTask<List<(TenantId Tenant, long Position)>> OfConsumer(string consumer, CancellationToken cancel) =>
        database.Query(ReadAll, [consumer], Map, cancel);

    /// <summary>The last positions of all tenants' logs.</summary>
    internal ValueTask<List<(TenantId Tenant, long Position)>> Heads(CancellationToken cancel) =>
        database.Query(ReadHeads, [], Map, cancel);

    /// <summary>The last position from before an instant; 0 where all events are younger.</summary>
    internal async ValueTask<long> Before(TenantId tenant, long instant, CancellationToken cancel) =>
        await database.QueryOne(ReadBefore, [tenant.Value, instant], row => row.GetInt64(0), cancel);

    private static (TenantId Tenant, long Position) Map(DbDataReader row) => (new TenantId(row.GetString(0)), row.GetInt64(1));

    private static readonly Statement ReadOne = new("""
        select position
        from log_cursor
        where tenant_id = @tenant_id
          and consumer = @consumer
        """);

    private static readonly Statement ReadAll = new("""
        select tenant_id, position
        from log_cursor
        where consumer = @consumer
        order by tenant_id
        """);

    private static readonly Statement ReadHeads = new("""
        select tenant_id, position
        from log_head
        order by tenant_id
        """);

    private static readonly Statement ReadBefore = new("""
        select position
        from event
        where tenant_id = @tenant_id
          and occurred_at < @instant
        order by position desc
        limit 1
        """);

    private static readonly Statement MoveOne = new("""
        insert into log_cursor (tenant_id, consumer, position)
        values (@tenant_id, @consumer, @position)
        on conflict (tenant_id, consumer) do update
        set position = excluded.position
        where log_cursor.position < excluded.position
        """);

    // PostgreSQL: the share lock makes a node that takes the lease wait for this commit, and this statement for that node's.
    private static readonly Statement MoveUnderLease = new(
        sqlite: """
            insert into log_cursor (tenant_id, consumer, position)
            select @tenant_id, @consumer, @to
            from consumer_lease
            where consumer = @consumer
              and epoch = @epoch
            on conflict (tenant_id, consumer) do update
            set position = excluded.position
            where log_cursor.position = @from
            """,
        postgres: """
            insert into log_cursor (tenant_id, consumer, position)
            select @tenant_id, @consumer, @to
            from consumer_lease
            where consumer = @consumer
              and epoch = @epoch
            for share
            on conflict (tenant_id, consumer) do update
            set position = excluded.position
            where log_cursor.position = @from
            """);
}
