using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>Readers of SQLite prepare a statement once and keep their pages from one query to the next, and miss nothing by it.</summary>
public sealed class SqliteReaderTests : IDisposable
{
    /// <summary>SQLITE_STMTSTATUS_RUN and SQLITE_STMTSTATUS_REPREPARE.</summary>
    private const int Runs = 6;
    private const int Reprepared = 5;
    private static readonly TenantId North = new("north");
    private static readonly Statement Head = new("select coalesce(max(position), 0) from log_head");
    private static readonly Statement Leaf = new("select count(*) from audit_entry");
    private static readonly byte[] Filler = Encoding.UTF8.GetBytes($"\"{new string('x', 8 * 1024)}\"");
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vagus-reader-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_query_sees_what_was_acknowledged_before_it_while_others_run()
    {
        await using var storage = await TestStorage.Create(Engine.Sqlite);
        using var stop = new CancellationTokenSource();
        var others = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) await Position(storage);
        })).ToList();

        for (var n = 1; n <= 500; n++)
        {
            await Append(storage);
            Assert.Equal(n, await Position(storage));
        }

        await stop.CancelAsync();
        await Task.WhenAll(others);
    }

    [Fact]
    public async Task A_reader_keeps_its_snapshot_over_leaves_but_not_over_other_commits()
    {
        await using var reader = await Reader();
        var snapshots = new ReadSnapshots { LeafTables = "audit_" };

        Next(Head);
        var first = reader.Snapshot;
        snapshots.Committed(onlyLeaves: true);
        Next(Head);
        Assert.Equal(first, reader.Snapshot);

        Next(Leaf);
        Assert.NotEqual(first, reader.Snapshot);

        var second = reader.Snapshot;
        snapshots.Committed(onlyLeaves: false);
        Next(Head);
        Assert.NotEqual(second, reader.Snapshot);

        void Next(Statement statement) => snapshots.Begin(reader, statement);
    }

    /// <summary>A feed may read what is committed before that is counted, and asks then for what belongs to it.</summary>
    [Fact]
    public async Task A_reader_keeps_no_snapshot_while_a_commit_goes_on()
    {
        await using var reader = await Reader();
        var snapshots = new ReadSnapshots { LeafTables = "audit_" };
        snapshots.Begin(reader, Head);
        var before = reader.Snapshot;

        snapshots.BeginCommit();
        snapshots.Begin(reader, Head);
        var meanwhile = reader.Snapshot;
        snapshots.EndCommit(onlyLeaves: false);
        snapshots.Begin(reader, Head);
        var after = reader.Snapshot;
        snapshots.Begin(reader, Head);

        Assert.NotEqual(before, meanwhile);
        Assert.NotEqual(meanwhile, after);
        Assert.Equal(after, reader.Snapshot);
    }

    [Fact]
    public async Task A_reader_that_stays_idle_gives_its_snapshot_up()
    {
        await (await Reader()).DisposeAsync();
        var file = Path.Combine(folder.FullName, "a.db");
        await using var readers = new SqliteReaders(file);
        await using var writer = SqliteSession.Open(file, readOnly: false);
        await writer.Run("pragma busy_timeout = 0", default);
        await readers.Query(Head, [], row => row.GetInt64(0), default);
        await writer.Run("insert into log_head values (1)", default);

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await AllIsInTheDatabase(writer)) await Task.Delay(5, limit.Token);
    }

    [Fact]
    public async Task The_write_ahead_log_begins_anew_while_readers_never_stop()
    {
        await using var storage = await TestStorage.Create(Engine.Sqlite);
        using var stop = new CancellationTokenSource();
        var others = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) await Position(storage);
        })).ToList();

        var longest = 0L;
        for (var n = 0; n < 400; n++)
        {
            await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Append(storage)));
            longest = Math.Max(longest, new FileInfo(Path.Combine(storage.Options.DataFolder, "vagus.db-wal")).Length);
        }

        await stop.CancelAsync();
        await Task.WhenAll(others);
        TestContext.Current.SendDiagnosticMessage($"longest WAL: {longest} B");
        Assert.InRange(longest, 1, 64 << 20);
    }

    [Fact]
    public async Task No_more_readers_are_opened_than_may_read_at_once()
    {
        await using var storage = await TestStorage.Create(Engine.Sqlite, options: new StorageOptions { Readers = 3 });

        await Task.WhenAll(Enumerable.Range(0, 24).Select(async number =>
        {
            for (var n = 0; n < 200; n++)
            {
                if (number < 4) await Append(storage);
                else await Task.Run(() => Position(storage));
            }
        }));

        Assert.InRange(storage.Database.ReadersOpened, 1, 3);
    }

    /// <summary>
    /// SQLite's planner compares parameters with the conditions of partial indexes, and then each binding expires the statement.
    /// </summary>
    [Fact]
    public async Task A_statement_beside_a_partial_index_is_prepared_once()
    {
        await using var reader = await Reader();
        var statement = new Statement("select n from numbered where shown = @shown and n = @n");
        var counted = (Runs: 0, Reprepared: 0);

        for (var n = 0L; n < 5; n++) Assert.Single(await reader.Query(statement, [n % 2, n], Count, default));

        Assert.Equal((5, 0), counted);

        long Count(DbDataReader row)
        {
            var handle = ((SqliteDataReader)row).Handle!;
            counted = (raw.sqlite3_stmt_status(handle, Runs, 0), raw.sqlite3_stmt_status(handle, Reprepared, 0));
            return row.GetInt64(0);
        }
    }

    /// <summary>A checkpoint that empties the write-ahead log is refused while a reader has a snapshot of it.</summary>
    private static async Task<bool> AllIsInTheDatabase(SqliteSession writer) =>
        (await writer.Query(new Statement("pragma wal_checkpoint(truncate)"), [], row => row.GetInt64(0), default))[0] == 0;

    private async Task<SqliteSession> Reader()
    {
        var file = Path.Combine(folder.FullName, "a.db");
        await using (var writer = SqliteSession.Open(file, readOnly: false))
        {
            await writer.Run(
                """
                create table log_head (position integer);
                create table audit_entry (idx integer primary key);
                create table numbered (n integer, shown integer);
                create index shown_number on numbered (n) where shown = 1;
                insert into numbered values (0, 0), (1, 1), (2, 0), (3, 1), (4, 0);
                """,
                default);
        }

        return SqliteSession.Open(file, readOnly: true);
    }

    private static Task<Result<long>> Append(TestStorage storage) => storage.Commit.Write<long>(
        North, async (write, cancel) => await write.Append(new NewEvent("e", "resource.created", Filler), cancel), default).AsTask();

    private static async Task<long> Position(TestStorage storage) =>
        await storage.Database.QueryOne(Head, [], row => row.GetInt64(0), default);
}
