using System.Collections.Concurrent;
using Vagus.SocketIO.Conformance.Tests.Echo;

[assembly: AssemblyFixture(typeof(EchoServers))]

namespace Vagus.SocketIO.Conformance.Tests.Echo;

/// <summary>One server per set of settings, shared by every test that needs no server of its own.</summary>
public sealed class EchoServers : IAsyncDisposable
{
    private static readonly string[] Alarms =
        ["Unhandled exception", "UnobservedTask", "An unhandled exception was thrown by the application", "uncaughtException", "FATAL ERROR"];

    private readonly ConcurrentDictionary<EchoSettings, Lazy<Task<EchoServer>>> _servers = [];

    internal async Task<EchoServer> WithAsync(EchoSettings settings)
    {
        var server = await _servers.GetOrAdd(settings, key => new Lazy<Task<EchoServer>>(() => EchoServer.StartAsync(key))).Value;
        Assert.False(server.HasExited, $"The echo program died:\n{string.Join('\n', server.Errors.TakeLast(40))}");
        return server;
    }

    internal Task<EchoServer> DefaultAsync() => WithAsync(EchoSettings.Default);

    public async ValueTask DisposeAsync()
    {
        List<string> found = [];
        foreach (var started in _servers.Values.Where(lazy => lazy.IsValueCreated && lazy.Value.IsCompletedSuccessfully))
        {
            var server = await started.Value;
            if (server.HasExited) found.Add("A shared echo program died during the run.");
            found.AddRange(server.Errors.Where(line => Alarms.Any(alarm => line.Contains(alarm, StringComparison.OrdinalIgnoreCase))));
            await server.DisposeAsync();
        }
        if (found.Count > 0) throw new InvalidOperationException($"The servers reported:\n{string.Join('\n', found.Take(20))}");
    }
}
