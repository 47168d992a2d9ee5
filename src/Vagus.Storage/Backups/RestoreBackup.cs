using System.Data.Common;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Backups;

/// <summary>
/// Brings a backup into an empty data folder or database. All of its files are verified first, and it is there as a whole or not at all.
/// </summary>
public sealed class RestoreBackup(
    StorageOptions options, IEnumerable<Migration> migrations, IEnumerable<RestoreStep> steps, TimeProvider clock)
{
    private readonly Migration[] known = [.. migrations];

    public async Task<RestoredBackup> From(string folder, CancellationToken cancel)
    {
        var manifest = BackupManifest.Read(folder);
        RefuseOtherEngine(manifest);
        RefuseUnknownSteps(manifest);
        foreach (var file in manifest.Files) await BackupFiles.Verify(folder, file, cancel);
        try
        {
            return manifest.Engine == Engine.Sqlite
                ? new RestoredBackup(manifest, await RestoreSqlite(manifest, folder, cancel))
                : await RestorePostgres(manifest, folder, cancel);
        }
        catch (DbException cause)
        {
            throw BackupException.Of(cause);
        }
    }

    private void RefuseOtherEngine(BackupManifest manifest)
    {
        var engine = options.Postgres is null ? Engine.Sqlite : Engine.Postgres;
        if (manifest.Engine != engine) throw new BackupException($"The backup is one of {manifest.Engine}, the settings name {engine}.");
    }

    private void RefuseUnknownSteps(BackupManifest manifest)
    {
        foreach (var step in manifest.Migrations)
        {
            var ours = Array.Find(known, each => each.Number == step.Number)
                ?? throw new BackupException($"Migration {step.Number} ({step.Name}) is unknown: program {manifest.Program} or a newer one restores this backup.");
            if (ours.Hash != step.Hash)
                throw new BackupException($"Migration {step.Number} ({step.Name}) differs from the one of this program: the backup is of another program.");
        }
    }

    /// <summary>Beside the place where it belongs until it is complete.</summary>
    private async Task<List<RestoredRows>> RestoreSqlite(BackupManifest manifest, string folder, CancellationToken cancel)
    {
        var place = Path.Combine(options.DataFolder, "vagus.db");
        foreach (var file in new[] { place, $"{place}-wal", $"{place}-shm" })
            if (File.Exists(file)) throw new BackupException($"{file} is there already: a backup is restored into an empty data folder only.");

        var journals = Path.Combine(options.DataFolder, "journal");
        if (Directory.Exists(journals) && Directory.EnumerateFiles(journals).Any())
            throw new BackupException($"{journals} has files: they are of another database, and would be taken into the restored audit.");

        var copied = manifest.Files is [var one] ? one : throw new BackupException("The manifest names not one database file.");
        OwnerOnly.CreateFolder(options.DataFolder);
        var partial = $"{place}.partial";
        try
        {
            File.Delete(partial);
            await using (var from = BackupFiles.OpenRead(Path.Combine(folder, copied.Name)))
            await using (var to = BackupFiles.Create(partial)) await from.CopyToAsync(to, cancel);
            var changed = await GoOnSqlite(manifest, partial, cancel);
            BackupFiles.Flush(partial);
            File.Move(partial, place);
            return changed;
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private async Task<List<RestoredRows>> GoOnSqlite(BackupManifest manifest, string file, CancellationToken cancel)
    {
        await using var session = SqliteSession.Open(file, readOnly: false);
        await session.Run("pragma journal_mode = delete", cancel);
        var found = await session.QueryOne(CheckSqlite, [], row => row.GetString(0), cancel);
        if (found != "ok") throw new BackupException("SQLite finds the database of the backup damaged.");
        await session.Run("begin immediate", cancel);
        await Verify(session, manifest, cancel);
        var changed = await GoOn(session, cancel);
        await session.Run("commit", cancel);
        return changed;
    }

    private async Task<RestoredBackup> RestorePostgres(BackupManifest manifest, string folder, CancellationToken cancel)
    {
        await using var database = new Database(options);
        await using var connection = await database.OpenPostgres(cancel);
        await using var session = new PostgresSession(connection) { WaitsWithoutLimit = true };
        await session.Run("begin; set local idle_in_transaction_session_timeout = 0; set local statement_timeout = 0", cancel);
        if ((await PostgresCopies.Tables(session, cancel)).Count > 0)
            throw new BackupException("The database has tables already: a backup is restored into an empty one only.");

        await MakeSchema(session, manifest, cancel);
        var tables = await PostgresCopies.Tables(session, cancel);
        if (manifest.Files.Count != tables.Count) throw new BackupException("The manifest names not all tables that the migrations make.");
        foreach (var file in manifest.Files) await PostgresCopies.Load(connection, TableOf(file, tables), folder, cancel);
        await PostgresCopies.GoOnCounting(connection, cancel);
        await Verify(session, manifest, cancel);
        var changed = await GoOn(session, cancel);
        await session.Run("commit", cancel);
        return new RestoredBackup(manifest, changed) { LacksStatistics = !await Analyze(session) };
    }

    /// <summary>After the commit, when there is nothing to take back any more: autovacuum does it later where it fails here.</summary>
    private static async ValueTask<bool> Analyze(PostgresSession session)
    {
        try
        {
            await session.Run("analyze", CancellationToken.None);
            return true;
        }
        catch (DbException)
        {
            return false;
        }
    }

    private async ValueTask<List<RestoredRows>> GoOn(SqlSession session, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await LogFloor.Raise(session, now, cancel);
        var changed = new List<RestoredRows>();
        foreach (var step in steps)
        {
            if (!await BackupFacts.Has(session, step.Table, cancel)) continue;
            changed.Add(new RestoredRows(step.What, await session.Execute(step.Change, [now.ToMicroseconds()], cancel)));
        }

        return changed;
    }

    /// <summary>The steps that the database of the backup had. A part that moves rows has none to move here.</summary>
    private async ValueTask MakeSchema(PostgresSession session, BackupManifest manifest, CancellationToken cancel)
    {
        await session.Run(Migrator.RecordTable, cancel);
        foreach (var step in manifest.Migrations.OrderBy(step => step.Number))
        {
            var ours = Array.Find(known, each => each.Number == step.Number)!;
            await session.Run(ours.PostgresScript ?? ours.Script, cancel);
        }
    }

    private static CopiedTable TableOf(BackupFile file, IReadOnlyList<CopiedTable> tables)
    {
        var table = tables.FirstOrDefault(each => each.Name == file.Table)
            ?? throw new BackupException($"The backup has the table {file.Table}, which no migration makes.");
        return file.Columns is { } columns && columns.ToHashSet(StringComparer.Ordinal).SetEquals(table.Columns)
            ? table with { Columns = columns }
            : throw new BackupException($"The table {file.Table} of the backup has other columns than the migrations make.");
    }

    /// <summary>What was restored is what the manifest told of.</summary>
    private static async ValueTask Verify(SqlSession session, BackupManifest manifest, CancellationToken cancel)
    {
        if (!manifest.Migrations.SequenceEqual(await BackupFacts.Steps(session, cancel)))
            throw new BackupException("The restored database has other migrations than the manifest names.");
        if (!manifest.Logs.SequenceEqual(await BackupFacts.Logs(session, cancel)))
            throw new BackupException("The restored logs stand at other positions than the manifest names.");
        if (!manifest.Audits.SequenceEqual(await BackupFacts.Audits(session, cancel)))
            throw new BackupException("The restored audits have other sizes than the manifest names.");
    }

    private static readonly Statement CheckSqlite = new("pragma integrity_check(1)");
}
