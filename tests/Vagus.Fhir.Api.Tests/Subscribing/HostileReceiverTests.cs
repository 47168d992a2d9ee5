using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>
/// Receivers that attack the server: they stand where no request may go, send it elsewhere, answer without end or by single bytes. Each has
/// an end, and none holds up another.
/// </summary>
/// <param name="server">Its receivers may stand on this machine.</param>
/// <param name="closed">As it is in production: no request leads into the own network.</param>
public sealed class HostileReceiverTests(SqliteSubscriptionServer server, SqliteFhirServer closed)
{
    // A client that goes away is noticed by the second write behind it; until then so much lies in buffers.
    private const long MostTaken = 64 * 1024 * 1024;

    [Theory]
    [InlineData("https://localhost:{0}/hook")]
    [InlineData("https://127.0.0.1:{0}/hook")]
    [InlineData("https://[::ffff:127.0.0.1]:{0}/hook")]
    [InlineData("https://2130706433:{0}/hook")]
    [InlineData("https://[::1]:{0}/hook")]
    [InlineData("https://169.254.169.254/{0}")]
    [InlineData("https://10.0.0.1/{0}")]
    public async Task An_endpoint_in_the_own_network_is_refused_and_not_tried(string endpoint)
    {
        using var listener = Listen();
        await using var desk = await Desk.Open(closed);

        var answer = (await desk.Owner.Create(desk.Form(endpoint: string.Format(null, endpoint, PortOf(listener))))).Is(400);

        Assert.Equal("Subscription.channel.endpoint", answer.Json.GetProperty("issue")[0].GetProperty("expression")[0].GetString());
        Assert.Empty((await desk.Owner.Get("Subscription")).Is(200).Entries);
        Assert.False(listener.Pending());
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_a_refusal_and_leads_nowhere(int status)
    {
        await using var desk = await Desk.Open(server);
        using var listener = Listen();
        var serving = Serve(listener, async (stream, cancel) =>
        {
            var taken = await Write(
                stream, $"HTTP/1.1 {status} Elsewhere\r\nLocation: {desk.Receiver.Address}elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            while (await stream.ReadAsync(new byte[4096], cancel) > 0) continue;
            return taken;
        });

        var id = (await desk.Owner.Create(desk.Form(endpoint: AddressOf(listener)))).Is(201).Id;
        await desk.Becomes(id, "error");
        await serving;

        Assert.Empty(desk.Receiver.Taken);
        Assert.Contains("error-response", (await desk.Owner.Get($"Subscription/{id}/$status")).Is(200).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a head by single bytes", "no-response")]
    [InlineData("a head without end", "no-response")]
    [InlineData("no HTTP", "no-response")]
    public async Task A_receiver_whose_answer_does_not_come_is_left_when_its_time_is_over(string answer, string error)
    {
        await using var desk = await Desk.Open(server);
        using var listener = Listen();
        var serving = Serve(listener, (stream, cancel) => answer switch
        {
            "a head by single bytes" => Drip(stream, cancel),
            "a head without end" => Flood(stream, "HTTP/1.1 200 OK\r\n", "X-Filling: 0123456789\r\n", cancel),
            _ => Flood(stream, "", "nothing that is HTTP ", cancel),
        });

        var timeout = Desk.ChannelExtension("backport-timeout", "valueUnsignedInt", 1);
        var id = (await desk.Owner.Create(desk.Form(endpoint: AddressOf(listener), channel: timeout))).Is(201).Id;
        await desk.Becomes(id, "error");

        Assert.InRange(await serving, 0, MostTaken);
        Assert.Contains(error, (await desk.Owner.Get($"Subscription/{id}/$status")).Is(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_takes_the_notification_and_is_not_read()
    {
        await using var desk = await Desk.Open(server);
        using var listener = Listen();
        var serving = Serve(listener, (stream, cancel) =>
            Flood(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", new string('x', 64 * 1024), cancel));

        var timeout = Desk.ChannelExtension("backport-timeout", "valueUnsignedInt", 60);
        var id = (await desk.Owner.Create(desk.Form(endpoint: AddressOf(listener), channel: timeout))).Is(201).Id;
        await desk.Becomes(id, "active");

        Assert.InRange(await serving, 0, MostTaken);
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static string AddressOf(TcpListener listener) => $"http://127.0.0.1:{PortOf(listener)}/hook";

    /// <summary>Answers one request, until the client goes away; how many bytes it has taken.</summary>
    private static async Task<long> Serve(TcpListener listener, Func<NetworkStream, CancellationToken, Task<long>> answer)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var client = await listener.AcceptTcpClientAsync(limit.Token);
        await using var stream = client.GetStream();
        await stream.ReadExactlyAsync(new byte[16], limit.Token);
        return await answer(stream, limit.Token);
    }

    private static async Task<long> Write(NetworkStream stream, string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        await stream.WriteAsync(bytes);
        return bytes.Length;
    }

    /// <summary>One byte after the other, until the client goes away.</summary>
    private static async Task<long> Drip(NetworkStream stream, CancellationToken cancel)
    {
        var taken = await Write(stream, "HTTP/1.1 200 OK\r\nX-Slow: ");
        try
        {
            for (; ; taken++)
            {
                await stream.WriteAsync("x"u8.ToArray(), cancel);
                await Task.Delay(50, cancel);
            }
        }
        catch (IOException)
        {
            return taken;
        }
    }

    private static async Task<long> Flood(NetworkStream stream, string begin, string piece, CancellationToken cancel)
    {
        var (taken, bytes) = (await Write(stream, begin), Encoding.ASCII.GetBytes(piece));
        try
        {
            while (true)
            {
                await stream.WriteAsync(bytes, cancel);
                taken += bytes.Length;
            }
        }
        catch (IOException)
        {
            return taken;
        }
    }
}
