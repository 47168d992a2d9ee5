using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Vagus.Testing;

namespace Vagus.Realtime.Tests.Live;

/// <summary>
/// Texts bent at random at the doors of the sockets, before and after sign-in: each is answered or closed with a word, and nothing is
/// logged as an error. The seed is printed; VAGUS_FUZZ_SEED chooses another, VAGUS_FUZZ_ROUNDS more of them.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private static readonly RealtimeOptions Patient = new() { MaxFramesPerSecond = 1_000_000 };

    private readonly int seed = Number("VAGUS_FUZZ_SEED", 20261126);
    private readonly int rounds = Number("VAGUS_FUZZ_ROUNDS", 400);

    [Fact]
    public async Task First_frames()
    {
        await using var clinic = await LiveClinic.Open(Engine.Sqlite, Patient);
        var token = (await clinic.SignIn()).Token;
        var nasty = Start();

        for (var round = 0; round < rounds; round++)
        {
            var frame = nasty.Next(
                $$$"""{"type":"authenticate","data":{"token":"{{{token}}}","client_id":"c","since":3}}""",
                """{"type":"authenticate","data":{"token":"x"}}""");
            await using var client = await Wire.Connect(clinic, "/ws");
            await client.Send(frame);
            await AnsweredOrClosed(client, round, frame);
        }

        Assert.Empty(clinic.Errors);
    }

    [Fact]
    public async Task Later_frames()
    {
        await using var clinic = await LiveClinic.Open(Engine.Sqlite, Patient);
        var token = (await clinic.SignIn()).Token;
        var nasty = Start();
        string[] valid =
        [
            """{"type":"subscribe","data":{"subscription_id":"s","resource_types":["*"],"patient_ids":["p1"],"event_types":["lab.*"],"since":0}}""",
            """{"type":"unsubscribe","data":{"subscription_id":"s"}}""",
            $$$"""{"type":"authenticate","data":{"token":"{{{token}}}"}}""",
            """{"type":"ping"}""",
        ];

        for (var round = 0; round < rounds; round++)
        {
            var frame = nasty.Next(valid);
            await using var client = await Wire.Connect(clinic, "/ws");
            await client.Send(Encoding.UTF8.GetBytes($$$"""{"type":"authenticate","data":{"token":"{{{token}}}"}}"""));
            await client.Send(frame);
            await client.Send("""{"type":"ping"}"""u8.ToArray());
            await Until(client, text => text.Contains("\"pong\"", StringComparison.Ordinal), round, frame);
        }

        Assert.Empty(clinic.Errors);
    }

    [Fact]
    public async Task Credentials_of_sockets()
    {
        await using var clinic = await LiveClinic.Open(Engine.Sqlite, Patient);
        var ann = await clinic.SignIn();
        var nasty = Start();

        for (var round = 0; round < rounds; round++)
        {
            var auth = nasty.Next(
                $$"""{"token":"{{ann.Token}}","since":0,"pid":"p","offset":"1s"}""",
                $$"""{"sessionId":"{{ann.SessionId}}","userId":"{{ann.User.Value}}","role":"provider"}""");
            await using var client = await Wire.Connect(clinic, "/socket.io/?EIO=4&transport=websocket");
            await client.Send([.. "40"u8, .. auth]);
            await Until(
                client, text => text.StartsWith("40", StringComparison.Ordinal) || text.StartsWith("44", StringComparison.Ordinal), round,
                auth);
        }

        Assert.Empty(clinic.Errors);
    }

    [Fact]
    public async Task Requests_of_sockets()
    {
        await using var clinic = await LiveClinic.Open(Engine.Sqlite, Patient);
        var ann = await clinic.SignIn();
        var nasty = Start();
        string[] valid =
        [
            """["subscribe",{"eventTypes":["lab.*"],"patientIds":["p1"],"since":0}]""",
            """["unsubscribe",{"subscriptionId":"s"}]""",
            """["view",{"resource":"Patient/p1","mode":"viewing"}]""",
            """["acknowledge",{"alertId":"a","readBack":"6.9","note":"n"}]""",
            $$"""["authenticate",{"token":"{{ann.Token}}"}]""",
        ];

        for (var round = 0; round < rounds; round++)
        {
            var request = nasty.Next(valid);
            await using var client = await Wire.Connect(clinic, "/socket.io/?EIO=4&transport=websocket");
            await client.Send(Encoding.UTF8.GetBytes($$"""40{"token":"{{ann.Token}}"}"""));
            await client.Send([.. "427"u8, .. request]);
            await client.Send("""428["unsubscribe",{"subscriptionId":"none"}]"""u8.ToArray());
            await Until(client, text => text.StartsWith("438[", StringComparison.Ordinal), round, request);
        }

        Assert.Empty(clinic.Errors);
    }

    private NastyJson Start()
    {
        output.WriteLine($"seed {seed}, {rounds} rounds");
        return new NastyJson(seed);
    }

    private static Task AnsweredOrClosed(Wire client, int round, byte[] sent) => Until(client, _ => true, round, sent);

    /// <summary>Reads to the answer or to a close that the server has said; a line that is cut without a word is a failure.</summary>
    private static async Task Until(Wire client, Func<string, bool> isAnswer, int round, byte[] sent)
    {
        try
        {
            while (await client.Next() is { } text) if (isAnswer(text)) return;
        }
        catch (WebSocketException) when (!System.Text.Unicode.Utf8.IsValid(sent))
        {
            // A text frame that is not UTF-8 fails the connection (RFC 6455 §8.1): the peer speaks no WebSocket.
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException)
        {
            Assert.Fail($"round {round}: {failure.Message} after {Encoding.UTF8.GetString(sent)}");
        }
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>A WebSocket that sends whatever it is given.</summary>
    private sealed class Wire : IAsyncDisposable
    {
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
        private readonly ClientWebSocket socket = new();
        private readonly byte[] buffer = new byte[256 * 1024];

        public static async Task<Wire> Connect(LiveClinic clinic, string path)
        {
            var wire = new Wire();
            await wire.socket.ConnectAsync(
                new Uri(clinic.Address.ToString().Replace("http:", "ws:", StringComparison.Ordinal).TrimEnd('/') + path), default);
            return wire;
        }

        public async Task Send(byte[] text)
        {
            try
            {
                if (socket.State == WebSocketState.Open)
                    await socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, default);
            }
            catch (WebSocketException)
            {
                // The server has closed on what came before; reading tells how.
            }
        }

        public async Task<string?> Next()
        {
            using var limit = new CancellationTokenSource(Limit);
            var length = 0;
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), limit.Token);
                if (part.MessageType == WebSocketMessageType.Close) return null;
                length += part.Count;
                if (part.EndOfMessage) return Encoding.UTF8.GetString(buffer, 0, length);
            }
        }

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
