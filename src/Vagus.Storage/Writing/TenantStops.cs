using System.Collections.Frozen;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Writing;

/// <summary>
/// The tenants of which this database takes no writes: they are on their way to another one, or from another one to this
/// (<c>tenant_stop</c>). Each group of writes reads them in its transaction.
/// </summary>
internal sealed class TenantStops
{
    public static readonly TenantStops None = new([]);
    private readonly FrozenDictionary<string, TenantStop> stops;

    private TenantStops(IEnumerable<TenantStop> rows) => stops = rows.ToFrozenDictionary(stop => stop.Tenant, StringComparer.Ordinal);

    public bool IsEmpty => stops.Count == 0;

    /// <summary>
    /// Begins the transaction of a group and reads them for it. On PostgreSQL it holds a lock that a change of the rows waits for
    /// (<see cref="StopRows"/>); on SQLite it is the only writer.
    /// </summary>
    public static async ValueTask<TenantStops> Begin(SqlSession session)
    {
        if (session.Engine == Engine.Sqlite) await session.Execute(BeginOnSqlite, [], CancellationToken.None);
        return new TenantStops(await session.Query(BeginAndRead, [], TenantStop.Of, CancellationToken.None));
    }

    public static async ValueTask<TenantStops> Read(SqlSession session) =>
        new(await session.Query(All, [], TenantStop.Of, CancellationToken.None));

    /// <summary>Null where the tenant's writes are taken.</summary>
    public Refusal? RefusalOf(TenantId tenant) =>
        tenant.Value is { } id && stops.TryGetValue(id, out var stop) ? stop.Refusal : null;

    /// <summary>
    /// Leaves that a journal has acknowledged go into the log until all of them are there; what it holds after that was never acknowledged.
    /// </summary>
    public bool TakesLeaves(TenantId tenant) =>
        !stops.TryGetValue(tenant.Value, out var stop) || stop.State == StopState.Stopping;

    private const string Rows = "select tenant_id, state, place, move_id, shares_keys, shares_files from tenant_stop";

    private static readonly Statement BeginOnSqlite = new("begin immediate");

    private static readonly Statement All = new(Rows);

    // One round trip. The lock is waited for in a statement of its own: the rows are read in a snapshot that is taken once it is held.
    private static readonly Statement BeginAndRead = new(
        sqlite: Rows, postgres: $"begin isolation level read committed; select 1 where pg_advisory_xact_lock_shared({StopRows.Lock}) is null; {Rows}");
}
