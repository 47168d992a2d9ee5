using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Log;

/// <summary>
/// The head rows that a group of writes has locked. The first event of a tenant locks its row; positions are then counted here and the row
/// is written once, before the commit. A write that is undone gives its positions back, so the log has no holes.
/// </summary>
internal sealed class LogHeads
{
    private readonly Dictionary<TenantId, long> positions = [];
    private readonly Dictionary<TenantId, long> before = [];
    private readonly HashSet<TenantId> lockedSinceMark = [];

    /// <summary>The tenants whose log this group moved, with their new last position.</summary>
    public IEnumerable<KeyValuePair<TenantId, long>> Moved => positions;

    public async ValueTask<long> Next(SqlSession session, TenantId tenant, CancellationToken cancel)
    {
        if (positions.TryGetValue(tenant, out var head)) return head + 1;
        var found = await session.Query(LockHead, [tenant.Value], row => row.GetInt64(0), cancel);
        if (found.Count == 0)
        {
            await session.Execute(CreateHead, [tenant.Value], cancel);
            found = await session.Query(LockHead, [tenant.Value], row => row.GetInt64(0), cancel);
        }

        positions[tenant] = found[0];
        lockedSinceMark.Add(tenant);
        return found[0] + 1;
    }

    public void Advance(TenantId tenant)
    {
        before.TryAdd(tenant, positions[tenant]);
        positions[tenant]++;
    }

    /// <summary>A write begins: from here <see cref="Undo"/> takes back.</summary>
    public void Mark()
    {
        before.Clear();
        lockedSinceMark.Clear();
    }

    /// <summary>
    /// The write was rolled back to its savepoint. A lock taken within it is gone too, so the next event reads the row again.
    /// </summary>
    public void Undo()
    {
        foreach (var (tenant, position) in before) positions[tenant] = position;
        foreach (var tenant in lockedSinceMark) positions.Remove(tenant);
        Mark();
    }

    /// <summary>Writes the heads and commits. On PostgreSQL in one round trip, which also wakes the readers of other processes.</summary>
    public ValueTask Commit(SqlSession session)
    {
        var batch = new StatementBatch();
        foreach (var (tenant, position) in positions)
        {
            batch.Add(MoveHead, position, tenant.Value);
            batch.Add(Wake, LogListener.Channel, LogListener.Payload(tenant, position));
        }

        return session.Run(batch.Add(CommitNow));
    }

    private static readonly Statement CommitNow = new("commit");

    // On SQLite other processes watch the file (LogWatch).
    private static readonly Statement Wake = new(sqlite: "", postgres: "select pg_notify(@channel, @payload)");

    private static readonly Statement LockHead = new("""
        update log_head
        set position = position
        where tenant_id = @tenant_id
        returning position
        """);

    // A tenant of that name may have had a log before a restore.
    private static readonly Statement CreateHead = new("""
        insert into log_head (tenant_id, position, oldest)
        select @tenant_id, floor.position, floor.position + 1
        from (select coalesce(max(position), 0) as position from log_floor) as floor
        where true
        on conflict do nothing
        """);

    private static readonly Statement MoveHead = new("""
        update log_head
        set position = @position
        where tenant_id = @tenant_id
        """);
}
