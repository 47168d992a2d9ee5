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
    public async ValueTask<long> Read(TenantId tenant, string consumer, CancellationToken cancel) =>
        await database.QueryOne(ReadOne, [tenant.Value, consumer], row => row.GetInt64(0), cancel);

    /// <summary>Moves the cursor forward. False when it is already there or beyond: another delivery of the same events won.</summary>
    public static async ValueTask<bool> Move(WriteTransaction write, string consumer, long position, CancellationToken cancel) =>
        await write.Execute(MoveOne, [write.Tenant.Value, consumer, position], cancel) == 1;

    private static readonly Statement ReadOne = new("""
        select position
        from log_cursor
        where tenant_id = @tenant_id
          and consumer = @consumer
        """);

    private static readonly Statement MoveOne = new("""
        insert into log_cursor (tenant_id, consumer, position)
        values (@tenant_id, @consumer, @position)
        on conflict (tenant_id, consumer) do update
        set position = excluded.position
        where log_cursor.position < excluded.position
        """);
}
