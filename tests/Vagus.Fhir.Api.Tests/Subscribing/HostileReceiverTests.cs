using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Outgoing;
using Vagus.Storage.Sql;

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
    [InlineData("127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("93.184.216.34 127.0.0.1")]
    [InlineData("10.0.0.1 127.0.0.1")]
    [InlineData("169.254.169.254 127.0.0.1")]
    public async Task A_name_that_leads_into_the_own_network_when_it_is_sent_to_is_an_error_and_not_tried(string addresses)
    {
        using var listener = Listen();
        await using var rebound = new FhirServer(Engine.Sqlite)
        {
            Also = services => services.AddSingleton<ResolveHost>(
                (_, _) => Task.FromResult(addresses.Split(' ').Select(IPAddress.Parse).ToArray())),
        };
        await rebound.InitializeAsync();
        await using var desk = await Desk.Open(rebound);

        var id = (await desk.Owner.Create(desk.Form(endpoint: $"https://receiver.example:{PortOf(listener)}/hook"))).Is(201).Id;
        await desk.Becomes(id, "error");

        Assert.False(listener.Pending());
        Assert.Contains("no-response", (await desk.Owner.Get($"Subscription/{id}/$status")).Is(200).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", 1)]
    [InlineData("192.0.2.1", 1)]
    [InlineData("127.0.0.1", -400)]
    public async Task A_certificate_that_nobody_vouches_for_is_an_error_and_the_receiver_is_told_nothing(string name, int endsInDays)
    {
        await using var desk = await Desk.Open(server);
        using var listener = Listen();
        using var certificate = SelfSigned(name, DateTimeOffset.UtcNow.AddDays(endsInDays));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var taken = TakeByTls(listener, certificate, limit.Token);

        var id = (await desk.Owner.Create(desk.Form(endpoint: $"https://127.0.0.1:{PortOf(listener)}/hook"))).Is(201).Id;
        await desk.Becomes(id, "error");

        Assert.Equal(0, await taken);
        Assert.Contains("no-response", (await desk.Owner.Get($"Subscription/{id}/$status")).Is(200).Text, StringComparison.Ordinal);
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

    private static X509Certificate2 SelfSigned(string address, DateTimeOffset end)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        var request = new CertificateRequest("CN=receiver", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(end.AddDays(-30), end);
    }

    /// <summary>How many bytes a client sends behind the handshake of TLS.</summary>
    private static async Task<int> TakeByTls(TcpListener listener, X509Certificate2 certificate, CancellationToken cancel)
    {
        using var client = await listener.AcceptTcpClientAsync(cancel);
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancel);
            return await tls.ReadAsync(new byte[4096], cancel);
        }
        catch (Exception cause) when (cause is IOException or AuthenticationException)
        {
            return 0;
        }
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
