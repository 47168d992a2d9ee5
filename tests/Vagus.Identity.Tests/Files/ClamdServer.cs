using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vagus.Identity.Tests.Files;

/// <summary>
/// The real clamd (Debian package clamav-daemon) on a free port, with one signature: that of EICAR's test file. So it starts in a second
/// and needs no download.
/// </summary>
internal sealed class ClamdServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/clamd";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly string folder = Directory.CreateTempSubdirectory("vagus-clamd-").FullName;
    private readonly int port = FreePort.Take();
    private Process? process;

    /// <summary>Why it cannot be started here; null where it can.</summary>
    public static string? Missing => File.Exists(Program) ? null : $"{Program} is not installed (Debian package clamav-daemon).";

    public Uri Address => new($"tcp://127.0.0.1:{port}");

    /// <param name="more">Lines of its configuration.</param>
    public static async Task<ClamdServer> Start(params string[] more)
    {
        var server = new ClamdServer();
        var signatures = Directory.CreateDirectory(Path.Combine(server.folder, "signatures"));
        await File.WriteAllTextAsync(
            Path.Combine(signatures.FullName, "eicar.ndb"), $"Eicar-Test-Signature:0:*:{Convert.ToHexStringLower(FakeClamd.Eicar)}\n");
        await File.WriteAllTextAsync(
            Path.Combine(server.folder, "clamd.conf"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                Foreground yes
                DatabaseDirectory {signatures.FullName}
                TemporaryDirectory {server.folder}
                TCPAddr 127.0.0.1
                TCPSocket {server.port}
                AlertExceedsMax yes
                {string.Join('\n', more)}

                """));
        await server.StartAgain();
        return server;
    }

    public async Task StartAgain()
    {
        var start = new ProcessStartInfo(Program, ["--config-file", Path.Combine(folder, "clamd.conf")])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        process = Process.Start(start) ?? throw new InvalidOperationException("clamd did not start.");
        var said = new StringBuilder();
        process.OutputDataReceived += (_, line) => Keep(said, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(said, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var clock = Stopwatch.StartNew();
        while (!await Answers())
        {
            if (process.HasExited || clock.Elapsed > StartLimit) Assert.Fail($"clamd did not start: {said}");
            await Task.Delay(50);
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task Kill()
    {
        if (process is null) return;
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>SIGSTOP and SIGCONT: it takes connections and answers none.</summary>
    public async Task Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        Directory.Delete(folder, recursive: true);
    }

    private static void Keep(StringBuilder said, string? line)
    {
        lock (said) said.AppendLine(line);
    }

    private async Task<bool> Answers()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
