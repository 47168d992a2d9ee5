using System.Data.Common;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Care.Charts;

/// <summary>Where a tenant's charts and its log stand at one moment.</summary>
/// <param name="Sequence">The position up to which the charts are made.</param>
/// <param name="Made">The last event that their rows are made of. What was parked is not in them.</param>
/// <param name="Head">The last event of the log.</param>
/// <param name="Set">Which set of rows is served.</param>
/// <param name="HasParked">An event was passed over: it may still come, after later ones.</param>
internal sealed record ChartMark(long Sequence, long Made, long Head, long Set, bool HasParked)
{
    /// <summary>As the columns of <see cref="FactQuery"/> from the third to the ninth, of the set <c>s</c>.</summary>
    /// <param name="tenant">The tenant's parameter: the tables compare texts by different rules, so that none leads another.</param>
    public static string Columns(string tenant) => $"""
        coalesce((select c.position from log_cursor c where c.tenant_id = {tenant} and c.consumer = '{KeepCharts.ConsumerName}'), 0),
          s.position, coalesce((select h.position from log_head h where h.tenant_id = {tenant}), 0), 0, '', s.number,
          exists (select 1 from parked_event p where p.tenant_id = {tenant} and p.consumer = '{KeepCharts.ConsumerName}')
        """;

    public static string From(string tenant) => $"from chart_set s where s.tenant_id = {tenant} and s.serving";

    /// <summary>Null where no charts are served.</summary>
    public static ValueTask<ChartMark?> Read(IRunQueries queries, TenantId tenant, CancellationToken cancel) =>
        queries.QueryOne(Find, [tenant.Value], Map, cancel);

    /// <summary>
    /// That of a chart that was read. Null also where an alert of it is about a record that is deleted, or another patient's: what happens
    /// to that record concerns the chart without naming its patient.
    /// </summary>
    public static ChartMark? In(ILookup<FactKind, FactRow> rows) => rows[FactKind.Mark].FirstOrDefault() is { IsReleased: false } row
        ? new ChartMark(row.Sort, row.Since, row.SinceAt, row.Version, row.IsKept) : null;

    private static ChartMark Map(DbDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(5), row.GetBoolean(6));

    private static readonly Statement Find = new($"select {Columns("@tenant_id")} {From("@tenant_id")}");
}
