using System.CommandLine;
using Vagus.Access.KeyUpkeep;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary><c>vagus keys backup</c> and <c>restore</c>: the keys apart from the data, wrapped.</summary>
internal static class KeyBackupCommands
{
    public static void AddTo(Command keys, ServerSettings settings)
    {
        keys.Add(Backup(settings));
        keys.Add(Restore(settings));
    }

    private static Command Backup(ServerSettings settings)
    {
        var output = new Option<FileInfo>("--out") { Description = "Where it is written; must not exist.", Required = true };
        var command = new Command("backup", "Writes the wrapped keys into one file, while servers run. Keep it apart from the data.")
        {
            output,
        };
        command.SetAction((parsed, cancel) =>
        {
            var options = settings.Read(parsed);
            return OperatorScope.RunOnExisting(
                options, provider => Write(provider, options, parsed.GetRequiredValue(output), cancel),
                rows => Console.WriteLine($"{rows} rows written"), cancel);
        });
        return command;
    }

    private static async ValueTask<Result<long>> Write(
        IServiceProvider provider, ServerOptions options, FileInfo output, CancellationToken cancel)
    {
        if (output.Exists) return Exists;
        if (IsBelow(output, options.Storage.DataFolder) || IsBelow(output, options.Access.BackupFolder)) return BesideTheData;
        var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var stream = new FileStream(output.FullName, mode);
        var rows = await provider.GetRequiredService<KeyBackup>().Write(stream, cancel);
        stream.Flush(flushToDisk: true);
        return rows;
    }

    private static bool IsBelow(FileInfo file, string? folder) =>
        folder is not null && file.FullName.StartsWith(
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static Command Restore(ServerSettings settings)
    {
        var file = new Argument<FileInfo>("file");
        var command = new Command(
            "restore", "Reads a backup of keys into an empty keys' database, after the data was restored.") { file };
        command.SetAction((parsed, cancel) => OperatorScope.RunOnExisting(
            settings.Read(parsed),
            async provider =>
            {
                await using var stream = parsed.GetRequiredValue(file).OpenRead();
                return await provider.GetRequiredService<RestoreKeys>().Restore(stream, cancel);
            },
            done =>
            {
                Console.WriteLine($"{done.Rows} rows restored, {done.DestroyedAgain} keys destroyed again");
                foreach (var scope in done.Spared)
                    Console.WriteLine($"Spared, for a legal hold of the backup is on it: {scope.Tenant.Value} {scope.Type}/{scope.Id}");
            },
            cancel));
        return command;
    }

    private static readonly Refusal Exists = new(RefusalKind.Conflict, "file_exists", "The file of --out exists already.");

    private static readonly Refusal BesideTheData = new(
        RefusalKind.Invalid, "beside_the_data", "Keys are not kept with the data or its backups: choose another place for --out.");
}
