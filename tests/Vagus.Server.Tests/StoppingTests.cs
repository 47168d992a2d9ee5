using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vagus.Server.Tests;

/// <summary>The program as a supervisor has it: SIGTERM, the time that it may take, and its exit code.</summary>
public sealed class StoppingTests
{
    // More than the two seconds after which System.CommandLine ends a program that says nothing else.
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task A_server_that_is_told_to_stop_answers_what_is_under_way_and_ends_with_zero()
    {
        var folder = Directory.CreateTempSubdirectory("vagus-stopping-");
        await using (var server = StartedServer.Start(["--data", folder.FullName, "--urls", "http://127.0.0.1:0"]))
        {
            using var client = await BeginRequest(await server.Said("ms on http://127.0.0.1:"));

            await server.Terminate();
            await server.EndedWithin(Held);
            Assert.False(server.HasExited, "The server ended while a request was under way.");
            await client.SendAsync("}"u8.ToArray());

            await BareSocket.Hear(client, "HTTP/1.1 4");
            Assert.Equal(0, await server.Ended());
        }

        folder.Delete(recursive: true);
    }

    /// <summary>A request whose body the server reads and of which the last byte is missing.</summary>
    private static async Task<Socket> BeginRequest(string port)
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture));
        await client.SendAsync(Encoding.ASCII.GetBytes(
            "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
            + "Expect: 100-continue\r\n\r\n"));
        await BareSocket.Hear(client, "100 Continue");
        await client.SendAsync("{"u8.ToArray());
        return client;
    }
}
