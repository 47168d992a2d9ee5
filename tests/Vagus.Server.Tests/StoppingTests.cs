using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vagus.Server.Tests;

/// <summary>The program as a supervisor has it: SIGTERM, the time that it may take, and its exit code.</summary>
public sealed class StoppingTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    // More than the two seconds after which System.CommandLine ends a program that says nothing else.
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task A_server_that_is_told_to_stop_answers_what_is_under_way_and_ends_with_zero()
    {
        var folder = Directory.CreateTempSubdirectory("vagus-stopping-");
        using var server = Start(folder.FullName);
        try
        {
            using var client = await BeginRequest(await Port(server));

            await Terminate(server);
            await Task.WhenAny(server.WaitForExitAsync(), Task.Delay(Held));
            Assert.False(server.HasExited, "The server ended while a request was under way.");
            await client.SendAsync("}"u8.ToArray());

            await BareSocket.Hear(client, "HTTP/1.1 4");
            await server.WaitForExitAsync().WaitAsync(Limit);
            Assert.Equal(0, server.ExitCode);
        }
        finally
        {
            if (!server.HasExited) server.Kill();
            await server.WaitForExitAsync().WaitAsync(Limit);
            folder.Delete(recursive: true);
        }
    }

    private static Process Start(string folder) => Process.Start(
        new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "vagus"), ["--data", folder, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
        })!;

    private static async Task<int> Port(Process server)
    {
        const string address = "ms on http://127.0.0.1:";
        while (await server.StandardOutput.ReadLineAsync().WaitAsync(Limit) is { } line)
        {
            var at = line.IndexOf(address, StringComparison.Ordinal);
            if (at >= 0) return int.Parse(line.AsSpan(at + address.Length), CultureInfo.InvariantCulture);
        }

        throw new InvalidOperationException("The server ended before it was ready.");
    }

    /// <summary>A request whose body the server reads and of which the last byte is missing.</summary>
    private static async Task<Socket> BeginRequest(int port)
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, port);
        await client.SendAsync(Encoding.ASCII.GetBytes(
            "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
            + "Expect: 100-continue\r\n\r\n"));
        await BareSocket.Hear(client, "100 Continue");
        await client.SendAsync("{"u8.ToArray());
        return client;
    }

    private static async Task Terminate(Process server)
    {
        using var kill = Process.Start("kill", ["-TERM", server.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().WaitAsync(Limit);
    }
}
