using Vagus.Storage.Sql;

namespace Vagus.Storage.Writing;

/// <summary>
/// Changes of <c>tenant_stop</c>. Each is the first statement of a transaction that no group of writes runs beside: all that were under way
/// have ended, and all that begin read what it commits.
/// </summary>
internal static class StopRows
{
    /// <summary>PostgreSQL's advisory lock: shared by groups of writes, alone by a change.</summary>
    public const long Lock = 7246833;

    public static ValueTask<TenantStop?> Find(SqlSession session, string tenant, CancellationToken cancel) =>
        session.QueryOne(One, [tenant], TenantStop.Of, cancel);

    /// <summary>As a group of writes does, or <paramref name="alone"/>: then it waits until none is under way.</summary>
    public static async ValueTask Hold(SqlSession session, bool alone, CancellationToken cancel)
    {
        if (session.Engine == Engine.Postgres) await session.Run(alone ? WaitForGroups : BesideGroups, cancel);
    }

    /// <summary>Where there is no row of the tenant, or one of a tenant that went away long ago and comes back.</summary>
    public static async ValueTask<bool> Begin(SqlSession session, TenantStop stop, long at, CancellationToken cancel) =>
        await session.Execute(
            Insert, [stop.Tenant, stop.State, stop.Place, stop.Move, stop.SharesKeys, stop.SharesFiles, at], cancel) == 1;

    /// <summary>False where the row is not the one that was read: another process has gone on with the move, or has given it up.</summary>
    public static async ValueTask<bool> Change(SqlSession session, TenantStop from, string to, long at, CancellationToken cancel) =>
        await session.Execute(Update, [to, at, from.Tenant, from.Move, from.State], cancel) == 1;

    public static async ValueTask<bool> End(SqlSession session, TenantStop stop, CancellationToken cancel) =>
        await session.Execute(Delete, [stop.Tenant, stop.Move, stop.State], cancel) == 1;

    public static ValueTask<List<TenantStop>> All(SqlSession session, CancellationToken cancel) =>
        session.Query(List, [], TenantStop.Of, cancel);

    private static readonly string WaitForGroups = $"select pg_advisory_xact_lock({Lock})";

    private static readonly string BesideGroups = $"select pg_advisory_xact_lock_shared({Lock})";

    private static readonly Statement One = new("""
        select tenant_id, state, place, move_id, shares_keys, shares_files
        from tenant_stop
        where tenant_id = @tenant_id
        """);

    private static readonly Statement List = new("""
        select tenant_id, state, place, move_id, shares_keys, shares_files
        from tenant_stop
        order by tenant_id
        """);

    private static readonly Statement Insert = new($"""
        insert into tenant_stop (tenant_id, state, place, move_id, shares_keys, shares_files, changed_at)
        values (@tenant_id, @state, @place, @move_id, @shares_keys, @shares_files, @changed_at)
        on conflict (tenant_id) do update
        set state = excluded.state, place = excluded.place, move_id = excluded.move_id, shares_keys = excluded.shares_keys,
          shares_files = excluded.shares_files, changed_at = excluded.changed_at
        where tenant_stop.state = '{StopState.Cleared}'
        """);

    private static readonly Statement Update = new("""
        update tenant_stop
        set state = @state, changed_at = @changed_at
        where tenant_id = @tenant_id
          and move_id = @move_id
          and state = @from_state
        """);

    private static readonly Statement Delete = new("""
        delete from tenant_stop
        where tenant_id = @tenant_id
          and move_id = @move_id
          and state = @state
        """);
}
