using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Vagus.Testing;

namespace Vagus.Server.Tests.Isolation;

/// <summary>
/// Line ends, escapes of a terminal and turned text in every place that a client fills: none of it is in a log line, at any level of ours.
/// </summary>
public sealed class ForgedLineTests
{
    private const string Forged = "x\r\n2026-11-26 error FORGED\u001b[2J\u202Ereversed";
    private static readonly string InAddress = Uri.EscapeDataString(Forged);

    [Fact]
    public async Task What_a_client_sends_forges_no_line()
    {
        await using var server = await TestServer.Start();
        var side = await Side.Open(server, "forged");
        var before = ScannedLog.Lines;
        var credentials = JsonSerializer.Serialize(new { email = Forged, password = Forged, tenant = Forged });

        foreach (var path in Paths())
        {
            foreach (var verb in new[] { "GET", "POST", "PUT", "DELETE", "PATCH" })
            {
                await side.Send(side.Admin, verb, path, credentials);
                await side.Send(new Signed("nobody", "FORGED.a.b"), verb, path);
            }
        }

        var fields = JsonSerializer.Serialize(new { token = Forged, code = Forged, name = Forged, id = Forged, email = Forged });
        foreach (var body in TakenBodies.Rows) await side.Send(body.By(side), body.Verb, body.Path(side), fields);
        await Headers(server, side);
        await Socket(server, side, "/ws", [Frame("authenticate", Forged), Frame(Forged, Forged)]);
        await Socket(
            server, side, "/socket.io/?EIO=4&transport=websocket",
            [$"40{JsonSerializer.Serialize(new { token = side.Admin.Token })}", $"42{JsonSerializer.Serialize(new[] { Forged, Forged })}",
                $"40/{Forged},{{}}", $"42{JsonSerializer.Serialize(new object[] { "subscribe", new { eventTypes = new[] { Forged } } })}"]);

        Assert.True(ScannedLog.Lines > before, "Nothing was logged.");
        Assert.DoesNotContain(ScannedLog.Findings, line => line.Contains("FORGED", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Patient Kanarienvogel was read")]
    [InlineData("token eyJhbGciOiJFUzI1NiJ9 refused")]
    [InlineData("a\nb")]
    [InlineData("a\u001b[31mb")]
    [InlineData("a\u202Eb")]
    public void A_line_that_should_not_be_is_seen(string line) => Assert.NotNull(ScannedLog.Flaw(line));

    private static IEnumerable<string> Paths() =>
    [
        $"/{InAddress}", $"/fhir/{InAddress}", $"/fhir/Patient/{InAddress}", $"/fhir/Patient/{InAddress}/_history/{InAddress}",
        $"/fhir/Patient?name={InAddress}", $"/fhir/Patient?{InAddress}={InAddress}", $"/fhir/Patient/_search?name={InAddress}",
        $"/fhir/AuditEvent?entity={InAddress}", $"/api/audit?user={InAddress}", $"/api/admin/users/{InAddress}",
        $"/api/admin/settings/{InAddress}", $"/api/auth/sessions/{InAddress}", $"/api/patients/{InAddress}/proxies", "/api/auth/login",
        $"/.well-known/{InAddress}", $"/ws?ticket={InAddress}", $"/socket.io/?EIO=4&transport=polling&sid={InAddress}",
    ];

    private static async Task Headers(TestServer server, Side side)
    {
        foreach (var name in new[]
        {
            "User-Agent", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Request-Id", "X-Correlation-Id", "traceparent",
            "tracestate", "Baggage", "Prefer", "If-Match", "If-None-Match", "Accept", "Accept-Language", "Origin", "Referer", "Cookie",
            "X-Vagus-Client", "Sec-WebSocket-Protocol",
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/fhir/Patient"));
            request.Headers.Authorization = new("Bearer", side.Admin.Token);
            // A header holds no line end; escapes and turned text it may.
            request.Headers.TryAddWithoutValidation(name, "x FORGED%0d%0a \u007f[2J");
            using var answer = await server.Http.SendAsync(request);
            Assert.InRange((int)answer.StatusCode, 200, 499);
        }
    }

    private static string Frame(string type, string token) => JsonSerializer.Serialize(new { type, data = new { token } });

    private static async Task Socket(TestServer server, Side side, string path, string[] messages)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {side.Admin.Token}");
        await socket.ConnectAsync(new Uri($"ws{server.Address.ToString()[4..].TrimEnd('/')}{path}"), limit.Token);
        try
        {
            foreach (var message in messages)
                await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
        }
        catch (WebSocketException)
        {
            // The server closes what it does not understand.
            socket.Abort();
        }
    }
}
