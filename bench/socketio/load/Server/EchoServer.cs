using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;

namespace Vagus.SocketIO.Load.Server;

internal sealed record ServerStats(int Sockets, Dictionary<string, int> Rooms);

/// <summary>A server under test as a child process on core 0, with its output kept.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private const int KeptLines = 10_000;

    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly List<string> _errors = [];

    private EchoServer(Process process, int port)
    {
        _process = process;
        Port = port;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) };
    }

    internal int Port { get; }

    internal bool HasExited => _process.HasExited;

    internal ServerUsage Usage => ServerUsage.Of(_process.Id);

    internal IReadOnlyList<string> Errors
    {
        get { lock (_errors) return [.. _errors]; }
    }

    internal static async Task<EchoServer> StartAsync(ServerKind kind, params IReadOnlyList<string> options)
    {
        var port = FreePort();
        ProcessStartInfo start = new("taskset")
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var argument in (string[])["-c", "0", kind.Command, .. kind.Arguments, "--port", $"{port}", .. options])
            start.ArgumentList.Add(argument);
        var process = Process.Start(start) ?? throw new InvalidOperationException("taskset did not start.");
        EchoServer server = new(process, port);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => server.Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await server.WaitUntilReadyAsync();
        return server;
    }

    internal async Task<ServerStats> StatsAsync() =>
        await _http.GetFromJsonAsync<ServerStats>("/stats") ?? throw new InvalidOperationException("No statistics.");

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task WaitUntilReadyAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await StatsAsync();
                return;
            }
            catch (HttpRequestException) when (!_process.HasExited && Stopwatch.GetElapsedTime(started).TotalSeconds < 30)
            {
                await Task.Delay(50);
            }
        }
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_errors)
        {
            if (_errors.Count < KeptLines) _errors.Add(line);
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
