using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Vagus.Storage;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;

namespace Vagus.Testing;

/// <summary>
/// The schema of a new database. The steps of a composition run once per test program, on a database that is kept as the template; every
/// other test gets a copy, which takes a tenth of the time.
/// </summary>
public static class TestDatabase
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Templates = new(StringComparer.Ordinal);
    private static readonly Lazy<DirectoryInfo> Folder = new(NewFolder);

    /// <summary>
    /// Makes the database that the services' options name, where it is not there yet, and brings its schema up to date: the steps that the
    /// copy has are found done.
    /// </summary>
    public static async Task Migrate(IServiceProvider services)
    {
        var options = services.GetRequiredService<StorageOptions>();
        var steps = services.GetServices<Migration>().ToList();
        if (await IsNew(options))
        {
            var template = await Templates.GetOrAdd(KeyOf(options, steps), _ => new(() => Make(options, steps))).Value;
            if (options.Postgres is { } connection) await PostgresServer.Copy(template, connection);
            else Copy(template, options.DataFolder);
        }

        await services.GetRequiredService<Migrator>().Run(CancellationToken.None);
    }

    private static async Task<bool> IsNew(StorageOptions options) => options.Postgres is { } connection
        ? !await PostgresServer.Has(connection)
        : !File.Exists(Path.Combine(options.DataFolder, "vagus.db"));

    private static string KeyOf(StorageOptions options, List<Migration> steps)
    {
        var text = new StringBuilder(options.Postgres is null ? "sqlite" : "postgres");
        foreach (var step in steps.OrderBy(step => step.Number))
            text.Append(CultureInfo.InvariantCulture, $" {step.Number} {step.Script} {step.PostgresScript}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
    }

    private static async Task<string> Make(StorageOptions like, List<Migration> steps)
    {
        var options = new StorageOptions
        {
            DataFolder = Folder.Value.CreateSubdirectory(Path.GetRandomFileName()).FullName,
            Postgres = like.Postgres is null ? null : await PostgresServer.NewDatabase(),
        };
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddStorage(options);
        services.RemoveAll<Migration>();
        services.AddMigrations(steps);
        await using (var provider = services.BuildServiceProvider())
            await provider.GetRequiredService<Migrator>().Run(CancellationToken.None);
        return options.Postgres ?? options.DataFolder;
    }

    private static void Copy(string template, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(template, "vagus.db*")) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
    }

    private static DirectoryInfo NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("vagus-template-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(recursive: true);
        return folder;
    }
}
