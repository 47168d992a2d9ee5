using Microsoft.Extensions.DependencyInjection;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Files;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.EndToEnd.Tests.Running;

/// <summary>What outlives a server process: the data folder, and with PostgreSQL a database of its own.</summary>
internal sealed class ServerData : IAsyncDisposable
{
    private readonly ServiceProvider reading;

    private ServerData(StorageOptions options)
    {
        Options = options;
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IdSource>();
        services.AddStorage(options);
        reading = services.BuildServiceProvider();
    }

    public StorageOptions Options { get; }

    public string Folder => Options.DataFolder;

    /// <summary>The database read past the server, over connections of this process.</summary>
    public Database Database => reading.GetRequiredService<Database>();

    /// <summary>Writes past the server, as a further node of the cluster.</summary>
    public GroupCommit Commit => reading.GetRequiredService<GroupCommit>();

    public IBlobStore Blobs => reading.GetRequiredService<IBlobStore>();

    public EventLog Log => reading.GetRequiredService<EventLog>();

    /// <summary>The connection string is no argument: others could see it.</summary>
    public Dictionary<string, string> Environment => Options.Postgres is { } postgres ? new() { ["VAGUS_POSTGRES"] = postgres } : [];

    public static async Task<ServerData> Create(Engine engine) =>
        On(engine == Engine.Postgres ? await PostgresServer.NewDatabase() : null);

    /// <param name="postgres">A new database's connection string; null: SQLite.</param>
    public static ServerData On(string? postgres) =>
        new(new StorageOptions { DataFolder = Directory.CreateTempSubdirectory("vagus-e2e-").FullName, Postgres = postgres });

    /// <summary>The same data in another place. No process may be at work on them.</summary>
    public async Task<ServerData> Copy()
    {
        var copy = On(Options.Postgres is { } postgres ? await PostgresServer.CopyOf(postgres) : null);
        foreach (var file in Directory.EnumerateFiles(Folder)) File.Copy(file, Path.Combine(copy.Folder, Path.GetFileName(file)));
        return copy;
    }

    /// <summary>The whole log of a tenant after a position.</summary>
    public async Task<List<LoggedEvent>> ReadLog(string tenant, long after = 0)
    {
        const int page = 2000;
        var log = new List<LoggedEvent>();
        while (true)
        {
            var read = await Log.Read(new TenantId(tenant), log.Count == 0 ? after : log[^1].Position, page, CancellationToken.None);
            log.AddRange(read);
            if (read.Count < page) return log;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await reading.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
