using System.CommandLine;
using Vagus.Kernel;
using Vagus.Server.Checkup;
using Vagus.Server.Commands;
using Vagus.Storage.Backups;
using Vagus.Storage.Files;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Server.Tests.Commands;

/// <summary><c>vagus files own</c> beside a running server, and what <c>vagus doctor</c> says before and after.</summary>
public abstract class OwnStoreTests(Engine engine)
{
    private const string Removes = "ok    file sweep: contents without a row are removed";

    [Fact]
    public async Task A_restored_database_holds_the_sweep_back_until_the_operator_says_whose_the_store_is()
    {
        var postgres = engine == Engine.Postgres ? $" --postgres {await PostgresServer.NextDatabase()}" : "";
        await using var server = await TestServer.Start($"--urls http://127.0.0.1:0{postgres}");
        var settings = $"--data {server.Folder}{postgres}";
        Assert.Equal(Removes, await SweepLine(settings));
        var owner = server.Get<StoreOwner>();
        Assert.True(await owner.MaySweep(default));
        var copied = await Marks(server);
        await Restore(server);

        var held = await SweepLine(settings);
        Assert.False(await owner.MaySweep(default));
        Assert.Equal(0, await Own(settings));

        Assert.StartsWith("warn  file sweep: held back: the database was restored. ", held, StringComparison.Ordinal);
        Assert.Equal(Removes, await SweepLine(settings));
        Assert.True(await owner.MaySweep(default));
        // The database of which this one is a copy has the id from before.
        Assert.Empty(copied.Intersect(await Marks(server)));
    }

    [Fact]
    public async Task A_store_of_another_installation_is_shared_or_taken_as_the_operator_says()
    {
        var postgres = engine == Engine.Postgres ? $" --postgres {await PostgresServer.NextDatabase()}" : "";
        await using var server = await TestServer.Start($"--urls http://127.0.0.1:0{postgres}");
        var settings = $"--data {server.Folder}{postgres}";
        await server.Get<IBlobStore>().WriteMark("installations", "another", default);

        var held = await SweepLine(settings);
        Assert.Equal(["another"], await Marks(server));
        Assert.Equal(0, await Own($"--beside-others {settings}"));
        var shared = await Marks(server);
        Assert.Equal(Removes, await SweepLine(settings));
        Assert.Equal(0, await Own(settings));

        Assert.StartsWith("warn  file sweep: held back: the store is marked with another installation. ", held, StringComparison.Ordinal);
        Assert.Equal((2, "another"), (shared.Length, shared[0]));
        Assert.DoesNotContain("another", Assert.Single(await Marks(server)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_a_database_owns_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("vagus-own-");

        Assert.Equal(1, await Own($"--data {folder.FullName}"));

        Assert.Empty(folder.GetFileSystemInfos());
        folder.Delete();
    }

    private static async Task<string> SweepLine(string settings)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await DoctorCommand.Run(TestServer.Options($"--urls http://127.0.0.1:1 {settings}"), output, default);
        return output.ToString().Split('\n').Single(line => line.Contains("  file sweep:", StringComparison.Ordinal));
    }

    private static async Task<int> Own(string settings)
    {
        var root = new RootCommand();
        root.Add(FileCommands.Create(new ServerSettings(root)));
        return await root.Parse($"files own {settings}").InvokeAsync();
    }

    private static async Task<string[]> Marks(TestServer server) =>
        (await server.Get<IBlobStore>().ReadMark("installations", default) ?? "").Split('\n');

    private static async Task Restore(TestServer server) => Assert.False((await server.Get<GroupCommit>().Write<int>(
        new TenantId(""), async (write, cancel) => await write.Execute(Restored, [1_000_000L, 1L], cancel), default)).IsRefused);

    private static readonly Statement Restored = new("insert into log_floor (position, restored_at) values (@position, @restored_at)");
}

public sealed class OwnStoreOnSqlite() : OwnStoreTests(Engine.Sqlite);

public sealed class OwnStoreOnPostgres() : OwnStoreTests(Engine.Postgres);
