using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Server.Commands;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Server.Tests.Commands;

/// <summary>What the operator does to an installation as a whole is in its system log, whether a server runs or not.</summary>
public abstract class RecordedCommandTests(Engine engine) : IDisposable
{
    private readonly DirectoryInfo place = Directory.CreateTempSubdirectory("vagus-recorded-");

    public void Dispose()
    {
        place.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Commands_of_the_operator_are_in_the_system_log()
    {
        var postgres = engine == Engine.Postgres ? await PostgresServer.NextDatabase() : null;
        await using var server = await TestServer.Start(Settings(postgres));

        await Run(server.Folder, postgres, "tenant add north --name North");
        await Run(server.Folder, postgres, "audit rotate-key");
        await Run(server.Folder, postgres, $"backup --to {place.FullName}/copy");
        Assert.Equal(1, await Code(server.Folder, postgres, "tenant remove north"));
        Assert.Equal(1, await Code(server.Folder, postgres, $"tenant move north --to-address https://east.example --to-data {place.FullName}/nowhere"));

        Assert.Equal(
            [
                "tenant-add Tenant/north ", "key-rotate AuditKey ", "database-backup Database ", "tenant-remove Tenant/north ",
                "tenant-move Tenant/north to=https://east.example",
            ],
            await Log(server.App.Services));
    }

    [Fact]
    public async Task A_restore_is_in_the_log_that_it_restored_and_so_is_the_backup()
    {
        var postgres = engine == Engine.Postgres ? await PostgresServer.NextDatabase() : null;
        string folder;
        await using (var server = await TestServer.Start(Settings(postgres)))
        {
            await Run(server.Folder, postgres, $"backup --to {place.FullName}/copy");
            folder = place.CreateSubdirectory("there").FullName;
            File.Copy(Path.Combine(server.Folder, "root.key"), Path.Combine(folder, "root.key"));
        }

        var empty = engine == Engine.Postgres ? await PostgresServer.NewDatabase() : null;
        await Run(folder, empty, $"restore --from {place.FullName}/copy");

        await using var restored = await OperatorScope.Open(TestServer.Options($"{Settings(empty)} --data {folder}"), default);
        var log = await Log(restored);
        Assert.Equal(["database-backup Database ", "database-restore Database"], [log[0], log[1][..25]]);
        Assert.Contains(",sessions-ended=0,invitations-and-links-voided=0", log[1], StringComparison.Ordinal);
    }

    private static string Settings(string? postgres) =>
        $"--urls http://127.0.0.1:0{(postgres is null ? "" : $" --postgres {postgres}")}";

    private static async Task Run(string folder, string? postgres, string command) =>
        Assert.Equal(0, await Code(folder, postgres, command));

    private static async Task<int> Code(string folder, string? postgres, string command)
    {
        var root = new RootCommand();
        var settings = new ServerSettings(root);
        root.Add(TenantCommands.Create(settings));
        root.Add(AuditCommands.Create(settings));
        root.Add(BackupCommands.Backup(settings));
        root.Add(BackupCommands.Restore(settings));
        string[] where = postgres is null ? ["--data", folder] : ["--data", folder, "--postgres", postgres];
        return await root.Parse([.. command.Split(' '), .. where]).InvokeAsync();
    }

    private static async Task<List<string>> Log(IServiceProvider rooms)
    {
        var page = await rooms.GetRequiredService<AuditReader>().Search(
            AuditTrail.System, new AuditFilter(), before: null, count: 100, default);
        return [.. page.Entries.Reverse().Select(each => $"{each.Entry.Action} {each.Entry.On} {each.Entry.Detail}")];
    }
}

public sealed class RecordedCommandsOnSqlite() : RecordedCommandTests(Engine.Sqlite);

public sealed class RecordedCommandsOnPostgres() : RecordedCommandTests(Engine.Postgres);
