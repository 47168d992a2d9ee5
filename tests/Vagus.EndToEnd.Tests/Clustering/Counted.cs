using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Clustering;

/// <summary>What the counting consumer wrote down: one row for each event that it took.</summary>
internal static class Counted
{
    /// <summary>A node that runs the counting consumer while it has its lease.</summary>
    public static ChildProcess StartNode(ServerData data) => ChildProcess.StartServer(["dotnet", Programs.ConsumerNode], data.Environment);

    public static bool IsUp(ChildProcess node) => node.Said.Contains("Application started", StringComparison.Ordinal);

    public static bool HasTaken(ChildProcess node) =>
        node.Said.Contains("runs the consumer counting-0 from now on", StringComparison.Ordinal);

    public static async Task<List<(long Position, long Process)>> Read(Database database, TenantId tenant) =>
        await database.Query(Rows, [tenant.Value], row => (row.GetInt64(0), row.GetInt64(1)), CancellationToken.None);

    public static async Task<long> Last(Database database, TenantId tenant) =>
        await database.QueryOne(Furthest, [tenant.Value], row => row.GetInt64(0), CancellationToken.None);

    private static readonly Statement Rows = new("""
        select position, process
        from counted
        where tenant_id = @tenant_id
        order by position
        """);

    private static readonly Statement Furthest = new("""
        select coalesce(max(position), 0)
        from counted
        where tenant_id = @tenant_id
        """);
}
