using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Events;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Realtime;
using Vagus.Storage.Writing;

namespace Vagus.Server.Tests;

/// <summary>
/// A reader that is slow and steady gets everything; one that takes nothing is cut. Both read from the system's own buffers.
/// </summary>
public sealed class SlowReaderTests
{
    private const string Password = "a long password for tests";
    private const int Events = 400;
    private const int EventBytes = 20_000;
    private const int SlowBytesPerSecond = 120 * 1024;
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan SlowFor = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TenantId Harbor = new("harbor");

    [Fact]
    public async Task A_steady_slow_reader_gets_everything_and_one_that_takes_nothing_is_cut_on_both_gateways()
    {
        await using var server = await TestServer.Start(live: new RealtimeOptions { SendTimeout = SendTimeout });
        var token = await SignIn(server);
        using var slowRaw = await OpenRaw(server, token);
        using var slowSocket = await OpenSocketIO(server, token);
        using var stuckRaw = await OpenRaw(server, token);
        using var stuckSocket = await OpenSocketIO(server, token);
        await WriteEvents(server);

        var slow = await Task.WhenAll(ReadSlowly(slowRaw), ReadSlowly(slowSocket));

        Assert.All(slow, bytes => Assert.True(bytes > Events * EventBytes, $"It was cut after {bytes} bytes."));
        Assert.All(await Task.WhenAll(ReadOn(stuckRaw, 0), ReadOn(stuckSocket, 0)), bytes => Assert.True(bytes < Events * EventBytes));
    }

    private static async Task<string> SignIn(TestServer server)
    {
        Assert.False((await server.Get<AddTenant>().Add(Harbor.Value, "Harbor", default)).IsRefused);
        var user = new NewUser(Harbor, "maya@harbor.example", "Maya", Role.Provider) { Password = Password };
        Assert.False((await server.Get<AddUser>().Add(user, default)).IsRefused);
        using var answer = await server.Http.PostAsJsonAsync(
            new Uri(server.Address, "/api/auth/login"), new { email = "maya@harbor.example", password = Password });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString()!;
    }

    private static async Task WriteEvents(TestServer server)
    {
        var body = EventCatalogue.Serialize(new LabOrderCreated("p1", "ServiceRequest/o1/_history/1", "o1", new string('x', EventBytes)));
        for (var written = 0; written < Events; written += 100)
        {
            await server.Get<GroupCommit>().Write<long>(
                Harbor,
                async (write, cancel) =>
                {
                    var last = 0L;
                    for (var number = 0; number < 100; number++)
                        last = await write.Append(new(server.Get<IdSource>().NewId(), "lab.order.created", body), cancel);
                    return last;
                },
                default);
        }
    }

    private static async Task<Socket> OpenRaw(TestServer server, string token)
    {
        var socket = await BareSocket.Upgrade(server, "/ws");
        await BareSocket.Say(socket, JsonSerializer.Serialize(new { type = "authenticate", data = new { token } }));
        await BareSocket.Hear(socket, "welcome");
        await BareSocket.Say(socket, """{"type":"subscribe","data":{"subscription_id":"s"}}""");
        await BareSocket.Hear(socket, "subscribed");
        return socket;
    }

    private static async Task<Socket> OpenSocketIO(TestServer server, string token)
    {
        var socket = await BareSocket.Upgrade(server, "/socket.io/?EIO=4&transport=websocket");
        await BareSocket.Say(socket, "40" + JsonSerializer.Serialize(new { token }));
        await BareSocket.Hear(socket, "40{");
        return socket;
    }

    private static async Task<long> ReadSlowly(Socket socket)
    {
        var buffer = new byte[SlowBytesPerSecond / 20];
        var total = 0L;
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < SlowFor;)
        {
            var due = (long)(Stopwatch.GetElapsedTime(started).TotalSeconds * SlowBytesPerSecond);
            if (total < due) total += await socket.ReceiveAsync(buffer);
            else await Task.Delay(20);
        }

        return await ReadOn(socket, total);
    }

    /// <summary>Reads as fast as it can until everything has come or the connection has ended, and answers how much it was.</summary>
    private static async Task<long> ReadOn(Socket socket, long total)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (total <= Events * EventBytes)
            {
                var length = await socket.ReceiveAsync(buffer).WaitAsync(Limit);
                if (length == 0) break;
                total += length;
            }
        }
        catch (SocketException)
        {
            // Cut.
        }

        return total;
    }
}
