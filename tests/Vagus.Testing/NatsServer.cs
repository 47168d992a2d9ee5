using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Vagus.Testing;

/// <summary>
/// A real NATS with JetStream for one test: storage of its own, a free port on 127.0.0.1, ended by process id. It can be stopped, started
/// again on the same port, made to stand still, and robbed of its storage.
/// </summary>
public sealed class NatsServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vagus-nats-");
    private readonly int port = FreePort.Take();
    private string more;
    private Process? process;

    private NatsServer(string more)
    {
        this.more = more;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End();
    }

    public string Url => string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{port}");

    /// <summary>The folder of its configuration; files that the configuration names may lie there.</summary>
    public string Folder => folder.FullName;

    /// <param name="more">Further lines of its configuration: users and their permissions, TLS.</param>
    public static async Task<NatsServer> Start(string more = "")
    {
        var server = new NatsServer(more);
        await server.StartAgain();
        return server;
    }

    /// <summary>Not started: connections are refused.</summary>
    public static NatsServer Prepare(string more = "") => new(more);

    public async Task StartAgain()
    {
        var config = Path.Combine(folder.FullName, "nats.conf");
        await File.WriteAllTextAsync(
            config,
            string.Create(
                CultureInfo.InvariantCulture,
                $"host: 127.0.0.1\nport: {port}\njetstream {{ store_dir: \"{folder.FullName}/store\" }}\n{more}\n"));
        process = Process.Start(
            new ProcessStartInfo("nats-server", ["-c", config]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var clock = Stopwatch.StartNew();
        while (!await Answers())
        {
            if (process.HasExited || clock.Elapsed > Limit) throw new InvalidOperationException("nats-server did not start (Debian: nats-server).");
            await Task.Delay(20);
        }
    }

    /// <summary>For its next start.</summary>
    public void Configure(string lines) => more = lines;

    /// <summary>SIGTERM, and its end.</summary>
    public async Task Stop()
    {
        await Signal("TERM");
        await process!.WaitForExitAsync();
    }

    /// <summary>SIGKILL, and its end.</summary>
    public async Task Kill()
    {
        await Signal("KILL");
        await process!.WaitForExitAsync();
    }

    /// <summary>Stops it and removes what JetStream has stored.</summary>
    public async Task Wipe()
    {
        await Stop();
        Directory.Delete(Path.Combine(folder.FullName, "store"), recursive: true);
    }

    /// <summary>SIGSTOP: connections stay, and nothing is answered.</summary>
    public Task Pause() => Signal("STOP");

    public Task Continue() => Signal("CONT");

    public async ValueTask DisposeAsync()
    {
        End();
        if (process is not null) await process.WaitForExitAsync();
        process?.Dispose();
        folder.Delete(recursive: true);
    }

    private void End()
    {
        try
        {
            if (process is { HasExited: false }) process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It was disposed of: the process has ended.
            process = null;
        }
    }

    private async Task Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private async Task<bool> Answers()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            // The server speaks first.
            return await client.GetStream().ReadAsync(new byte[4]) == 4;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
