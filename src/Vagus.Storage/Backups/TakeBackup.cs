using System.Data.Common;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Backups;

/// <summary>
/// Copies the database of servers that run, as it was at one moment. The folder gets its name when the copy is complete, so a folder of
/// that name is a backup.
/// </summary>
public sealed class TakeBackup(Database database, TimeProvider clock)
{
    private const string SqliteCopy = "vagus.db";
    private static readonly TimeSpan MigrationPause = TimeSpan.FromSeconds(1);

    /// <param name="folder">A new folder.</param>
    /// <param name="program">The version of this program.</param>
    /// <param name="cancel">Ends it; nothing is left.</param>
    public async Task<BackupManifest> To(string folder, string program, CancellationToken cancel)
    {
        var target = Path.GetFullPath(folder);
        if (Directory.Exists(target) || File.Exists(target)) throw new BackupException($"{target} is there already.");
        var partial = $"{target}.partial";
        BackupFiles.CreateEmpty(partial);
        try
        {
            var manifest = database.Engine == Engine.Sqlite
                ? await CopySqlite(partial, program, cancel) : await CopyPostgres(partial, program, cancel);
            manifest.Write(partial);
            Directory.Move(partial, target);
            return manifest;
        }
        catch (DbException cause)
        {
            throw BackupException.Of(cause);
        }
        finally
        {
            if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        }
    }

    private async Task<BackupManifest> CopySqlite(string folder, string program, CancellationToken cancel)
    {
        var file = Path.Combine(folder, SqliteCopy);
        var takenAt = clock.GetUtcNow();
        database.CopySqlite(file);
        var manifest = await FactsOf(file, program, takenAt, cancel);
        return manifest with { Files = [await BackupFiles.Measure(folder, SqliteCopy, cancel)] };
    }

    private static async Task<BackupManifest> FactsOf(string file, string program, DateTimeOffset takenAt, CancellationToken cancel)
    {
        BackupManifest manifest;
        await using (var session = SqliteSession.Open(file, readOnly: false))
        {
            // One file that needs no other.
            await session.Run("pragma journal_mode = delete", cancel);
            manifest = await Facts(session, program, takenAt, cancel);
        }

        BackupFiles.Flush(file);
        return manifest;
    }

    private async Task<BackupManifest> CopyPostgres(string folder, string program, CancellationToken cancel)
    {
        await using var connection = await database.OpenPostgres(cancel);
        await using var session = new PostgresSession(connection) { WaitsWithoutLimit = true };
        await session.Run(PostgresCopies.Snapshot, cancel);
        while (!await SchemaLock.TryKeep(session, cancel))
        {
            await session.Run("rollback", cancel);
            await Task.Delay(MigrationPause, clock, cancel);
            await session.Run(PostgresCopies.Snapshot, cancel);
        }

        var takenAt = clock.GetUtcNow();
        var manifest = await Facts(session, program, takenAt, cancel);
        var tables = await PostgresCopies.Tables(session, cancel);
        foreach (var table in tables) await PostgresCopies.Save(connection, table, folder, cancel);
        await session.Run("commit", cancel);

        var files = new List<BackupFile>();
        foreach (var table in tables)
        {
            BackupFiles.Flush(Path.Combine(folder, table.File));
            files.Add(await BackupFiles.Measure(folder, table.File, cancel) with { Table = table.Name, Columns = table.Columns });
        }

        return manifest with { Files = files };
    }

    private static async Task<BackupManifest> Facts(SqlSession session, string program, DateTimeOffset takenAt, CancellationToken cancel)
    {
        if (!await BackupFacts.Has(session, "schema_migration", cancel)) throw new BackupException("The database is empty.");
        return new BackupManifest
        {
            Program = program,
            Engine = session.Engine,
            TakenAt = takenAt,
            Migrations = await BackupFacts.Steps(session, cancel),
            Files = [],
            Logs = await BackupFacts.Logs(session, cancel),
            Audits = await BackupFacts.Audits(session, cancel),
        };
    }
}
