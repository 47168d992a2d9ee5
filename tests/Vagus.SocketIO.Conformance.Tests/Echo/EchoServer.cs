using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Vagus.Testing;

namespace Vagus.SocketIO.Conformance.Tests.Echo;

/// <summary>An echo program as a child process on a free port.</summary>
public sealed class EchoServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _errors = [];

    private EchoServer(Process process, int port)
    {
        _process = process;
        Port = port;
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };
    }

    internal int Port { get; }

    internal HttpClient Http { get; }

    internal bool HasExited => _process.HasExited;

    internal long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Files and sockets that the server holds; only Linux tells.</summary>
    internal int OpenDescriptors
    {
        get
        {
            Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells how many descriptors a process holds.");
            return Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length;
        }
    }

    internal IReadOnlyList<string> Errors
    {
        get { lock (_errors) return [.. _errors]; }
    }

    internal static async Task<EchoServer> StartAsync(EchoSettings settings)
    {
        var (program, arguments) = EchoCommand.Resolve();
        var port = FreePort.Take();
        ProcessStartInfo start = new(program)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Repository.Root,
        };
        foreach (var argument in (string[])[.. arguments, "--port", $"{port}", .. settings.Arguments]) start.ArgumentList.Add(argument);
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        EchoServer server = new(process, port);
        process.OutputDataReceived += (_, line) => server.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => server.Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.HoldsAsync(server.AnswersAsync, "the echo program answers", TimeSpan.FromSeconds(60));
        return server;
    }

    /// <summary>Sockets of all namespaces.</summary>
    internal async Task<int> SocketsAsync() => (await StatsAsync()).GetProperty("sockets").GetInt32();

    /// <summary>Rooms of the main namespace that have members.</summary>
    internal async Task<int> RoomsAsync() => (await StatsAsync()).GetProperty("rooms").EnumerateObject().Count();

    internal async Task BroadcastAsync(string room, string @event, int count = 1, int size = 0)
    {
        using var answer = await Http.PostAsync(
            new Uri($"/broadcast?room={room}&event={@event}&count={count}&size={size}", UriKind.Relative), null);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<JsonElement> StatsAsync() => await Http.GetFromJsonAsync<JsonElement>("/stats");

    private async Task<bool> AnswersAsync()
    {
        if (_process.HasExited) throw new InvalidOperationException($"The echo program ended:\n{string.Join('\n', Errors)}");
        try
        {
            await StatsAsync();
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_errors)
        {
            if (_errors.Count < 10_000) _errors.Add(line);
        }
    }
}
