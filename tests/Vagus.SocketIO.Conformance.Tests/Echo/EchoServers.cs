using System.Collections.Concurrent;
using Vagus.SocketIO.Conformance.Tests.Echo;

[assembly: AssemblyFixture(typeof(EchoServers))]

namespace Vagus.SocketIO.Conformance.Tests.Echo;

/// <summary>One server per set of settings, shared by every test that needs no server of its own.</summary>
public sealed class EchoServers : IAsyncDisposable
{
    private static readonly string[] Alarms =
    [
        "Unhandled exception", "UnobservedTask", "An unhandled exception was thrown by the application",
        "application never completed", "uncaughtException", "FATAL ERROR",
    ];

    private readonly ConcurrentDictionary<EchoSettings, Lazy<Task<EchoServer>>> _servers = [];
    private readonly ConcurrentQueue<string> _deaths = [];

    internal async Task<EchoServer> WithAsync(EchoSettings settings)
    {
        var started = _servers.GetOrAdd(settings, Start);
        var server = await started.Value;
        if (!server.HasExited) return server;

        // A dead server fails the run at its end, not every test that happened to come after.
        if (_servers.TryUpdate(settings, Start(settings), started))
            _deaths.Enqueue($"An echo program died:\n{string.Join('\n', server.Errors.TakeLast(30))}");
        return await WithAsync(settings);
    }

    internal Task<EchoServer> DefaultAsync() => WithAsync(EchoSettings.Default);

    public async ValueTask DisposeAsync()
    {
        List<string> found = [.. _deaths];
        foreach (var started in _servers.Values.Where(lazy => lazy.IsValueCreated && lazy.Value.IsCompletedSuccessfully))
        {
            var server = await started.Value;
            if (server.HasExited) found.Add("A shared echo program died during the run.");
            found.AddRange(server.Errors.Where(line => Alarms.Any(alarm => line.Contains(alarm, StringComparison.OrdinalIgnoreCase))));
            await server.DisposeAsync();
        }
        if (found.Count > 0) throw new InvalidOperationException($"The servers reported:\n{string.Join('\n', found.Take(20))}");
    }

    private static Lazy<Task<EchoServer>> Start(EchoSettings settings) => new(() => EchoServer.StartAsync(settings));
}
