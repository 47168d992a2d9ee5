using System.CommandLine;
using Vagus.Access.Audit;
using Vagus.Access.Vault;
using Vagus.Server.Observing;
using Vagus.Storage.Backups;
using Vagus.Storage.Migrations;

namespace Vagus.Server.Commands;

/// <summary>
/// <c>vagus backup</c> and <c>vagus restore</c>. Neither the keys' database nor the root key is in a backup: who has one has no key.
/// </summary>
internal static class BackupCommands
{
    public static Command Backup(ServerSettings settings)
    {
        var to = new Option<string>("--to") { Description = "A new folder for the copy. It holds patient data.", Required = true };
        var backup = new Command("backup", "Copies the database as it is at one moment, while servers run. Keys are not in the copy.") { to };
        backup.SetAction((parsed, cancel) => Take(settings.Read(parsed), parsed.GetRequiredValue(to), cancel));
        return backup;
    }

    public static Command Restore(ServerSettings settings)
    {
        var from = new Option<string>("--from") { Description = "The folder of a backup.", Required = true };
        var restore = new Command(
            "restore", "Verifies a backup and brings it into an empty data folder or database. No server may run on it.") { from };
        restore.SetAction((parsed, cancel) => Bring(settings.Read(parsed), parsed.GetRequiredValue(from), cancel));
        return restore;
    }

    private static Task<int> Take(ServerOptions options, string folder, CancellationToken cancel) => Refusing(async () =>
    {
        // Opening SQLite's file would make it.
        var file = Path.Combine(options.Storage.DataFolder, "vagus.db");
        if (options.Storage.Postgres is null && !File.Exists(file)) throw new BackupException($"{file} does not exist.");

        await using var rooms = Rooms(options);
        var refused = await OperatorRecord.Keep(rooms, AuditActions.BackUp, "Database");
        if (refused is not null) throw new BackupException($"The backup cannot be recorded ({refused.Code}), so it is not taken.");
        var manifest = await rooms.GetRequiredService<TakeBackup>().To(folder, Telemetry.Version, cancel);
        Console.WriteLine(
            $"{Path.GetFullPath(folder)}: {manifest.Engine} as of {manifest.TakenAt:u}, {manifest.Files.Sum(each => each.Bytes)} bytes, "
            + $"{manifest.Logs.Count} logs, {manifest.Audits.Count} audits. Not in it: the root key and the keys' database; keep theirs elsewhere.");
        return 0;
    });

    private static Task<int> Bring(ServerOptions options, string folder, CancellationToken cancel) => Refusing(async () =>
    {
        await using var rooms = Rooms(options);
        var restore = new RestoreBackup(
            options.Storage, rooms.GetServices<Migration>(), rooms.GetServices<RestoreStep>(), TimeProvider.System);
        var restored = await restore.From(folder, cancel);
        var (manifest, changed) = restored;
        Console.WriteLine(
            $"restored: {manifest.Engine} as of {manifest.TakenAt:u}, by program {manifest.Program}. The logs go on behind every position "
            + "that clients have seen; each client is told a gap and loads anew.");
        Console.WriteLine(
            $"{string.Join(", ", changed.Select(rows => $"{rows.Rows} {rows.What}"))}. Users that were disabled, and passwords, roles, proxies, "
            + $"applications, secrets and signing keys that were changed or revoked after {manifest.TakenAt:u}, are as they were before: go "
            + "through them before the server starts (vagus user disable, vagus service revoke-secret, vagus app disable, vagus keys replace).");
        if (restored.LacksStatistics)
        {
            Console.WriteLine(
                "warning: everything is restored, but PostgreSQL's ANALYZE failed: run it before the server starts, or queries are slow.");
        }

        var key = options.Access.RootKeyFile ?? Path.Combine(options.Storage.DataFolder, "root.key");
        if (options.Access.RootKey is null && RootKeyFile.Present(key).Count == 0)
            Console.WriteLine($"{key} does not exist: put back the root key of this database before the server starts.");
        var verified = await RestoredAudit.Verify(options, AppContext.BaseDirectory, Console.Out, cancel);
        await Record(options, manifest, changed, cancel);
        return verified;
    });

    /// <summary>After it was verified as it was. Brings the database up to this program, as the start of a server does.</summary>
    private static async ValueTask Record(
        ServerOptions options, BackupManifest manifest, IReadOnlyList<RestoredRows> changed, CancellationToken cancel)
    {
        await using var rooms = await OperatorScope.Open(options, cancel);
        var detail = $"taken={manifest.TakenAt:O},{string.Join(',', changed.Select(rows => $"{rows.What.Replace(' ', '-')}={rows.Rows}"))}";
        var refused = await OperatorRecord.Keep(rooms, AuditActions.Restore, "Database", detail);
        if (refused is not null) Console.WriteLine($"audit: the restore is NOT recorded ({refused.Code}).");
    }

    /// <summary>Without migrations: a program that is newer than the servers must not change the database under them.</summary>
    private static ServiceProvider Rooms(ServerOptions options)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddVagus(options);
        return services.BuildServiceProvider();
    }

    private static async Task<int> Refusing(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception refused) when (refused is BackupException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return 1;
        }
    }
}
