using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vagus.Realtime;
using Vagus.Server.Edge;
using Vagus.Storage.Migrations;
using Vagus.Testing;

[assembly: AssemblyFixture(typeof(CleanLog))]

namespace Vagus.Server.Tests;

/// <summary>The whole server in this process on a free port, with the settings as an operator gives them.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vagus-server-");
    private readonly WebApplication app;

    private TestServer(
        string settings, Action<IServiceCollection>? add, RealtimeOptions? live, EdgeLimits? edge = null, bool isScanned = true)
    {
        var options = Options($"{settings} --data {folder.FullName}");
        if (edge is not null) options = options with { Edge = edge };
        if (isScanned) options = options with { Identity = options.Identity with { PasswordIterations = 10 } };
        app = Serving.Build(live is null ? options : options with { Realtime = live }, services =>
        {
            // The console is the test runner's.
            services.AddLogging(logging => logging.ClearProviders());
            if (isScanned) services.AddLogging(ScannedLog.AddTo);
            add?.Invoke(services);
        });
    }

    public WebApplication App => app;

    public HttpClient Http { get; } = new(
        new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };

    public Uri Address => new(app.Urls.First());

    public string Folder => folder.FullName;

    /// <summary>Built, not started; its log levels are those of the settings.</summary>
    public static TestServer Build(
        string settings = "--urls http://127.0.0.1:0", Action<IServiceCollection>? add = null, RealtimeOptions? live = null) =>
            new(settings, add, live, isScanned: false);

    public static async Task<TestServer> Start(
        string settings = "--urls http://127.0.0.1:0", Action<IServiceCollection>? add = null, RealtimeOptions? live = null,
        EdgeLimits? edge = null)
    {
        var server = new TestServer(settings, add, live, edge);
        await TestDatabase.Migrate(server.app.Services);
        await server.app.StartAsync();
        return server;
    }

    public static ServerOptions Options(string settings)
    {
        var root = new RootCommand();
        var all = new ServerSettings(root);
        return all.Read(root.Parse(settings));
    }

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
