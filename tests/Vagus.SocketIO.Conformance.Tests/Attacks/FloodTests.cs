using System.Text;
using Vagus.SocketIO.Conformance.Tests.Echo;
using Vagus.SocketIO.Conformance.Tests.Wire;

namespace Vagus.SocketIO.Conformance.Tests.Attacks;

/// <summary>Much of everything: the server may refuse it or serve it, but it stays small and keeps serving others.</summary>
public sealed class FloodTests
{
    private const long Megabyte = 1024 * 1024;

    [Fact]
    public async Task Handshakes_that_nobody_continues_cost_little_and_are_forgotten()
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.ShortPings);

        await BoundAsync(server, 150, async () =>
        {
            for (var i = 0; i < 3_000; i++) await PollingClient.RequestAsync(server, HttpMethod.Get, "EIO=4&transport=polling");
        });
    }

    [Fact]
    public async Task Connects_to_thousands_of_namespaces_leave_nothing_behind()
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.Default);

        await BoundAsync(server, 100, () => SendWithoutReadingAsync(
            server, Enumerable.Range(0, 20_000).Select(i => Text($"40/nope-{i},"))));
    }

    [Fact]
    public async Task Thousands_of_rooms_are_refused_or_forgotten_with_their_socket()
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.Default);

        await BoundAsync(server, 100, () => SendWithoutReadingAsync(
            server, Enumerable.Range(0, 20_000).Select(i => Text($"42[\"join\",\"room-{i}\"]"))));

        await Eventually.HoldsAsync(async () => await server.SocketsAsync() == 0, "the socket is gone");
        Assert.Equal(0, await server.RoomsAsync());
    }

    [Fact]
    public async Task Pings_whose_pongs_nobody_reads_do_not_pile_up()
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.Default);
        var ping = new Frame(Opcode.Ping, new byte[125]).ToBytes();

        await BoundAsync(server, 100, () => SendWithoutReadingAsync(server, Enumerable.Repeat(ping, 200_000)));
    }

    [Theory]
    [InlineData("451000000-[\"message\",{\"_placeholder\":true,\"num\":0}]")]
    [InlineData("451000000-/custom,[\"message\"]")]
    [InlineData("4510-[\"message\",{\"_placeholder\":true,\"num\":0}]")]
    public async Task Attachments_that_are_announced_before_a_connect_are_not_waited_for(string announced)
    {
        EchoCommand.SkipOnReference("it takes attachments of sockets that there are not");
        await using var server = await EchoServer.StartAsync(EchoSettings.Default);
        var attachment = new Frame(Opcode.Binary, new byte[100_000]).ToBytes();

        await BoundAsync(server, 100, async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                await using var line = await WebSocketClient.OpenEngineAsync(server);
                await line.SendAsync(announced);
                try
                {
                    for (var sent = 0; sent < 20; sent++) await line.SendRawAsync(attachment);
                }
                catch (IOException)
                {
                    // Cut by the server already.
                    continue;
                }

                await line.ExpectClosedAsync();
            }
        });
    }

    // CVE-2026-48779: a message of countless tiny fragments must not cost a multiple of its size.
    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task Tiny_fragments_do_not_pile_up(int size)
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.Default);
        var fragment = new Frame(Opcode.Continuation, new byte[size], IsFinal: false).ToBytes();
        var first = new Frame(Opcode.Text, [.. "42"u8], IsFinal: false).ToBytes();

        await BoundAsync(server, 150, () => SendWithoutReadingAsync(server, Enumerable.Repeat(fragment, 900_000).Prepend(first)));
    }

    [Fact]
    public async Task Echoes_that_nobody_reads_do_not_pile_up()
    {
        EchoCommand.SkipOnReference("what it has not sent grows without bound");
        await using var server = await EchoServer.StartAsync(EchoSettings.Default);
        var message = Text($"42[\"message\",\"{new string('x', 10_000)}\"]");

        await BoundAsync(server, 150, () => SendWithoutReadingAsync(server, Enumerable.Repeat(message, 20_000)));
    }

    [Fact]
    public async Task A_burst_that_nobody_reads_does_not_pile_up()
    {
        EchoCommand.SkipOnReference("what it has not sent grows without bound");
        await using var server = await EchoServer.StartAsync(EchoSettings.Default);

        await BoundAsync(server, 150, () => SendWithoutReadingAsync(
            server, Enumerable.Repeat(Text("42[\"burst\",2000,5000]"), 50)));
    }

    [Fact]
    public async Task Polling_sessions_that_never_poll_do_not_pile_up_what_is_sent_to_them()
    {
        EchoCommand.SkipOnReference("what it has not sent grows without bound");
        await using var server = await EchoServer.StartAsync(EchoSettings.Default);

        await BoundAsync(server, 150, async () =>
        {
            var client = await PollingClient.ConnectAsync(server);
            for (var i = 0; i < 40; i++)
            {
                if ((await client.PostAsync("42[\"burst\",1000,5000]")).Status is not System.Net.HttpStatusCode.OK) break;
            }
        });
    }

    [Fact]
    public async Task Connections_that_vanish_in_the_middle_of_their_handshake_leave_nothing_behind()
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.Default);

        await BoundAsync(server, 100, async () =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                var line = await WebSocketLine.DialAsync(server);
                await line.SendRawAsync(Encoding.ASCII.GetBytes(
                    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
                    (i % 2 == 0 ? "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" : "")));
                line.Reset();
            }
        });
    }

    [Fact]
    public async Task Polls_that_are_given_up_leave_no_request_behind()
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.Default);
        await PollingClient.OpenEngineAsync(server);
        var before = server.OpenDescriptors;

        for (var i = 0; i < 300; i++)
        {
            var client = await PollingClient.OpenEngineAsync(server);
            await using var poll = await WebSocketLine.DialAsync(server);
            await poll.SendRawAsync(Encoding.ASCII.GetBytes($"GET /socket.io/?{client.Query} HTTP/1.1\r\nHost: x\r\n\r\n"));
        }

        await Eventually.HoldsAsync(() => Task.FromResult(server.OpenDescriptors < before + 20), "the given-up connections are closed");
        await BoundAsync(server, 200, async () =>
        {
            for (var i = 0; i < 200; i++) await (await PollingClient.ConnectAsync(server)).PostAsync("42[\"burst\",10,10000]");
        });
        Assert.DoesNotContain(server.Errors, line => line.Contains("never completed", StringComparison.Ordinal));
    }

    private static byte[] Text(string packet) => new Frame(Opcode.Text, Encoding.UTF8.GetBytes(packet)).ToBytes();

    // Ends when everything is written, when the server cuts the line, or when it has stopped reading for three seconds.
    private static async Task SendWithoutReadingAsync(EchoServer server, IEnumerable<byte[]> frames)
    {
        await using var line = await WebSocketClient.ConnectAsync(server);
        try
        {
            foreach (var batch in frames.Chunk(2_000))
            {
                var writing = line.SendRawAsync([.. batch.SelectMany(frame => frame)]);
                if (await Task.WhenAny(writing, Task.Delay(3_000)) != writing) break;
                await writing;
            }
        }
        catch (IOException)
        {
            // Cut by the server: as good an end as any.
        }
        finally
        {
            line.Reset();
        }
    }

    private static async Task BoundAsync(EchoServer server, int megabytes, Func<Task> attack)
    {
        await using var bystander = await WebSocketClient.ConnectAsync(server);
        using CancellationTokenSource finished = new();
        var before = server.ResidentBytes;
        var highest = WatchAsync(server, finished.Token);

        await attack();
        await finished.CancelAsync();

        var grown = (await highest - before) / Megabyte;
        Assert.True(grown < megabytes, $"The server grew by {grown} MB.");
        await using var late = await WebSocketClient.ConnectAsync(server);
        await late.ExpectStillServedAsync();
        Assert.False(server.HasExited);
    }

    private static async Task<long> WatchAsync(EchoServer server, CancellationToken finished)
    {
        var highest = server.ResidentBytes;
        while (!finished.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(50, finished));
            highest = Math.Max(highest, server.ResidentBytes);
        }
        return highest;
    }
}
