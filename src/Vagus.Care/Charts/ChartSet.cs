using System.Data.Common;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Charts;

/// <summary>
/// A tenant's charts as a whole, with the position of the log up to which they are made. One set is served; another may be being built in
/// its place. A tenant whose log begins later than its records has none until one is built.
/// </summary>
internal sealed record ChartSet(long Number, long Position, bool IsServing)
{
    /// <summary>The position of a set that was replaced and is being removed.</summary>
    public const long Replaced = -1;

    public static ValueTask<ChartSet?> Serving(IRunQueries queries, TenantId tenant, CancellationToken cancel) =>
        queries.QueryOne(FindServing, [tenant.Value], Map, cancel);

    public static ValueTask<ChartSet?> Building(IRunQueries queries, TenantId tenant, CancellationToken cancel) =>
        queries.QueryOne(FindBuilding, [tenant.Value], Map, cancel);

    public static ValueTask<List<ChartSet>> ToRemove(IRunQueries queries, TenantId tenant, CancellationToken cancel) =>
        queries.Query(FindReplaced, [tenant.Value, Replaced], Map, cancel);

    /// <summary>The tenants that have a set to build or to remove.</summary>
    public static ValueTask<List<TenantId>> Unfinished(IRunQueries queries, CancellationToken cancel) =>
        queries.Query(FindUnfinished, [], row => new TenantId(row.GetString(0)), cancel);

    public static async ValueTask<ChartSet> Create(WriteTransaction write, bool serving, CancellationToken cancel) =>
        await write.QueryOne(Add, [write.Tenant.Value, serving], Map, cancel)
        ?? throw new InvalidOperationException("A set of charts has no number.");

    /// <summary>False when it does not stand where it was read: somebody else has moved it.</summary>
    public async ValueTask<bool> Move(WriteTransaction write, long to, CancellationToken cancel) =>
        await write.Execute(MovePosition, [to, Number, Position], cancel) == 1;

    /// <summary>This set is served from the end of the transaction on, in place of the one that was.</summary>
    public async ValueTask Serve(WriteTransaction write, CancellationToken cancel)
    {
        await write.Queue(EndServing, [Replaced, write.Tenant.Value], cancel);
        await write.Queue(BeginServing, [Number], cancel);
    }

    public async ValueTask Discard(WriteTransaction write, CancellationToken cancel) =>
        await write.Queue(Mark, [Replaced, Number], cancel);

    /// <summary>Removes a part of a replaced set; 0 when all of it is gone.</summary>
    public async ValueTask<int> RemoveSome(WriteTransaction write, int most, CancellationToken cancel)
    {
        var removed = await write.Execute(RemoveFacts, [Number, (long)most], cancel);
        if (removed == 0) await write.Queue(RemoveSet, [Number], cancel);
        return removed;
    }

    private static ChartSet Map(DbDataReader row) => new(row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2));

    private static readonly Statement FindServing = new("""
        select number, position, serving
        from chart_set
        where tenant_id = @tenant_id
          and serving
        """);

    private static readonly Statement FindBuilding = new("""
        select number, position, serving
        from chart_set
        where tenant_id = @tenant_id
          and not serving
          and position >= 0
        order by number desc
        limit 1
        """);

    private static readonly Statement FindReplaced = new("""
        select number, position, serving
        from chart_set
        where tenant_id = @tenant_id
          and position = @position
        order by number
        """);

    private static readonly Statement FindUnfinished = new($"""
        select distinct tenant_id
        from chart_set
        where not serving
          and {NotStopped.Sql}
        order by tenant_id
        """);

    private static readonly Statement Add = new("""
        insert into chart_set (tenant_id, position, serving)
        values (@tenant_id, 0, @serving)
        returning number, position, serving
        """);

    private static readonly Statement MovePosition = new("""
        update chart_set
        set position = @to
        where number = @number
          and position = @from
        """);

    private static readonly Statement EndServing = new("""
        update chart_set
        set serving = false, position = @replaced
        where tenant_id = @tenant_id
          and serving
        """);

    private static readonly Statement BeginServing = new("""
        update chart_set
        set serving = true
        where number = @number
        """);

    private static readonly Statement Mark = new("""
        update chart_set
        set position = @replaced
        where number = @number
          and not serving
        """);

    private static readonly Statement RemoveFacts = new("""
        delete from chart_fact
        where (set_number, patient_id, kind, until, live, sort, origin, fact_key) in (
          select set_number, patient_id, kind, until, live, sort, origin, fact_key
          from chart_fact
          where set_number = @number
          limit @most)
        """);

    private static readonly Statement RemoveSet = new("""
        delete from chart_set
        where number = @number
        """);
}
