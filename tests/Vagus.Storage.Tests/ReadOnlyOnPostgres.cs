using System.Text;
using Npgsql;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>The server behind the connections takes no writes any more, as the primary of before after a failover.</summary>
public sealed class ReadOnlyOnPostgres
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TenantId North = new("north");

    [Fact]
    public async Task Writes_are_refused_as_of_a_database_that_is_out_of_reach_and_go_on_over_a_new_connection()
    {
        await using var server = await PostgresServer.StartOwn();
        var connection = await server.AddDatabase();
        await using var storage = await TestStorage.On(new StorageOptions { Postgres = connection });
        var before = (await Write(storage)).Value;
        Assert.False(await PostgresSafety.IsReadOnly(storage.Database, default));

        await SetReadOnly(connection, "on");
        await Becomes(async () => (await Write(storage)).Refusal?.Code == "database_unreachable");
        Assert.True(await PostgresSafety.IsReadOnly(storage.Database, default));
        await SetReadOnly(connection, "off");
        await Becomes(async () => !(await Write(storage)).IsRefused);

        Assert.NotEqual(before, (await Write(storage)).Value);
        Assert.False(await PostgresSafety.IsReadOnly(storage.Database, default));
    }

    /// <summary>Appends an event; the process of PostgreSQL that served the lane.</summary>
    private static async Task<Result<long>> Write(TestStorage storage) => await storage.Commit.Write<long>(
        North,
        async (write, cancel) =>
        {
            var process = await write.QueryOne(Process, [], row => row.GetInt64(0), cancel);
            await write.Append(new NewEvent("e", "resource.created", Encoding.UTF8.GetBytes("{}")), cancel);
            return process;
        },
        default);

    private static async Task SetReadOnly(string connection, string value)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var change = source.CreateCommand($"alter system set default_transaction_read_only = {value}");
        await change.ExecuteNonQueryAsync();
        await using var reload = source.CreateCommand("select pg_reload_conf()");
        await reload.ExecuteScalarAsync();
    }

    private static async Task Becomes(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await isSo()) await Task.Delay(20, limit.Token);
    }

    private static readonly Statement Process = new(sqlite: "select 0", postgres: "select pg_backend_pid()::bigint");
}
