using Microsoft.Extensions.DependencyInjection;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>Other accounts of the machine must not read the embedded database.</summary>
public sealed class OwnerOnlyTests
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly string[] Files = ["vagus.db", "vagus.db-wal", "vagus.db-shm"];

    [Fact]
    public async Task A_new_folder_and_its_files_are_the_owners_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        var parent = Directory.CreateTempSubdirectory("vagus-modes-").FullName;
        var folder = Path.Combine(parent, "data");
        await using var services = Services(folder);

        await services.GetRequiredService<Migrator>().Run(default);
        await Read(services.GetRequiredService<Database>());

        Assert.Equal(Private | UnixFileMode.UserExecute, Mode(folder));
        Assert.All(Files, file => Assert.Equal(Private, Mode(Path.Combine(folder, file))));
        await services.DisposeAsync();
        Directory.Delete(parent, recursive: true);
    }

    [Fact]
    public async Task Files_that_were_open_to_others_are_mended_at_the_start()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        await using var storage = await TestStorage.Create(Engine.Sqlite);
        await Read(storage.Database);
        foreach (var file in Files) Open(Path.Combine(storage.Options.DataFolder, file));

        await using var second = Services(storage.Options.DataFolder);
        await second.GetRequiredService<Migrator>().Run(default);

        Assert.All(Files, file => Assert.Equal(Private, Mode(Path.Combine(storage.Options.DataFolder, file))));
    }

    // A reader stays open, and with it the log and its index.
    private static ValueTask<long> Read(Database database) =>
        database.QueryOne(new Statement("select count(*) from schema_migration"), [], row => row.GetInt64(0), default);

    private static ServiceProvider Services(string folder)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddStorage(new StorageOptions { DataFolder = folder });
        return services.BuildServiceProvider();
    }

#pragma warning disable CA1416 // The tests are skipped on Windows.
    private static UnixFileMode Mode(string path) => File.GetUnixFileMode(path);

    private static void Open(string path) => File.SetUnixFileMode(path, Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
#pragma warning restore CA1416
}
