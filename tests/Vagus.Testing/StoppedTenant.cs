using System.Globalization;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Testing;

/// <summary>
/// A tenant of which the database takes no writes, with copies of rows of another one, each due since the beginning of time.
/// </summary>
public static class StoppedTenant
{
    /// <summary>Before every other tenant's in order.</summary>
    private const string Id = "0-stopped";

    private static readonly TenantId Installation = new("");

    /// <param name="database">Of both tenants.</param>
    /// <param name="commit">Of the same database.</param>
    /// <param name="of">Whose rows are copied.</param>
    /// <param name="table">Which rows.</param>
    /// <param name="keys">The columns that each copy has to itself.</param>
    /// <param name="due">The column of the instant.</param>
    /// <param name="count">Copies of each row.</param>
    public static async Task Fill(
        Database database, GroupCommit commit, TenantId of, string table, string[] keys, string due, int count)
    {
        var columns = await ColumnsOf(database, of, table);
        var values = columns.Select(column =>
            column == "tenant_id" ? $"'{Id}'" : column == due ? "1" : keys.Contains(column) ? $"{column} || '-' || n.i" : column);
        var copies = count.ToString(CultureInfo.InvariantCulture);
        var copy = new Statement($"""
            insert into {table} ({string.Join(", ", columns)})
            with recursive n(i) as (select 1 union all select i + 1 from n where i < {copies})
            select {string.Join(", ", values)}
            from {table}, n
            where tenant_id = @tenant_id
            """);
        await Stop(commit, new TenantId(Id));
        var written = await commit.Write<int>(of, async (write, cancel) => await write.Execute(copy, [of.Value], cancel), default);
        if (written.IsRefused || written.Value < count) throw new InvalidOperationException($"{table}: rows were not copied.");
    }

    // Of the first row: a consumer may write it a moment later.
    private static async Task<List<string>> ColumnsOf(Database database, TenantId of, string table)
    {
        var all = new Statement($"select * from {table} where tenant_id = @tenant_id");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var rows = await database.Query(
                all, [of.Value], row => Enumerable.Range(0, row.FieldCount).Select(row.GetName).ToList(), limit.Token);
            if (rows.Count > 0) return rows[0];
            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>From here on the database takes no writes of the tenant.</summary>
    public static async Task Stop(GroupCommit commit, TenantId tenant)
    {
        var stopped = await commit.Write<int>(
            Installation, async (write, cancel) => await write.Execute(Insert, [tenant.Value], cancel), default);
        if (stopped.IsRefused) throw new InvalidOperationException("The tenant was not stopped.");
    }

    /// <summary>It is not moved, and its log of the audit takes no entries: each of its writes is refused as not recorded.</summary>
    public static async Task Break(GroupCommit commit)
    {
        var broken = await commit.Write<int>(
            Installation, async (write, cancel) => await write.Execute(Damage, [Id, Array.Empty<byte>()], cancel), default);
        if (broken.IsRefused) throw new InvalidOperationException("The log was not damaged.");
        await Resume(commit, new TenantId(Id));
    }

    /// <summary>The move was given up: the database takes its writes again.</summary>
    public static async Task Resume(GroupCommit commit, TenantId tenant)
    {
        var resumed = await commit.Write<int>(
            Installation, async (write, cancel) => await write.Execute(Delete, [tenant.Value], cancel), default);
        if (resumed.IsRefused) throw new InvalidOperationException("The tenant is still stopped.");
    }

    /// <summary>After <see cref="Break"/>: duties find its rows no more.</summary>
    public static Task StopAgain(GroupCommit commit) => Stop(commit, new TenantId(Id));

    // A head that fits to no entries.
    private static readonly Statement Damage = new("""
        insert into audit_head (tenant_id, size, frontier, recorded_at, oldest)
        values (@tenant_id, 3, @frontier, 1, 0)
        on conflict (tenant_id) do nothing
        """);

    private static readonly Statement Delete = new("delete from tenant_stop where tenant_id = @tenant_id");

    private static readonly Statement Insert = new("""
        insert into tenant_stop (tenant_id, state, place, move_id, shares_keys, shares_files, changed_at)
        values (@tenant_id, 'stopped', 'https://elsewhere.example', 'm', false, false, 1)
        on conflict (tenant_id) do nothing
        """);
}
