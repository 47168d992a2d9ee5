using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Log;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>A subscriber on <c>/ws</c>.</summary>
internal sealed class RawSubscriber : Subscriber
{
    private readonly CancellationTokenSource stop = new();
    private readonly RunningServer server;
    private readonly SignedIn user;
    private readonly bool ownsUser;
    private readonly Task running;

    public RawSubscriber(RunningServer server, string role, Func<LoggedEvent, bool> isEntitled, long since = 0)
        : this(server, server.SignIn(role), isEntitled, since) => ownsUser = true;

    /// <summary>One of many of the same person: they share the sign-in, of which the server takes few at once.</summary>
    public RawSubscriber(RunningServer server, SignedIn shared, Func<LoggedEvent, bool> isEntitled, long since = 0)
        : base($"/ws as {shared.Person.Role}", isEntitled, since)
    {
        (this.server, user) = (server, shared);
        running = Run();
    }

    /// <summary>True once the server has confirmed a subscription.</summary>
    public bool IsFollowing { get; private set; }

    public override async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        if (ownsUser) user.Dispose();
        stop.Dispose();
    }

    protected override string NameOf(LoggedEvent logged) => logged.Type;

    private async Task Run()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await server.Up.WaitAsync(stop.Token);
                await Follow();
            }
            catch (Exception lost) when (lost is WebSocketException or HttpRequestException or IOException or OperationCanceledException)
            {
                if (!stop.IsCancellationRequested) await Task.Delay(20);
            }

            Reconnections++;
        }
    }

    private async Task Follow()
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"{server.Url.Replace("http", "ws", StringComparison.Ordinal)}/ws"), stop.Token);
        var token = await user.Token();
        await Send(socket, "authenticate", new JsonObject { ["token"] = token });
        while (await Receive(socket) is { } frame)
        {
            var data = frame["data"];
            switch ((string?)frame["type"])
            {
                case "welcome":
                    await Send(
                        socket, "subscribe",
                        new JsonObject { ["subscription_id"] = "all", ["resource_types"] = new JsonArray("*"),
                        ["patient_ids"] = new JsonArray(), ["since"] = Last });
                    break;
                case "subscribed":
                    IsFollowing = true;
                    break;
                case "update":
                    Took(new Received((long)data!["sequence"]!, $"resource.{data["action"]}"));
                    break;
                case "clinical_event":
                    Took(new Received((long)data!["sequence"]!, (string)data["name"]!));
                    break;
                case "gap":
                    Complain($"was told of a gap: {data?.ToJsonString()}");
                    break;
                case "error":
                    await user.Token(refused: token);
                    Complaining(data);
                    break;
            }
        }
    }

    /// <summary>
    /// A token may run out during a long run, and another one is shown then; a busy database may not answer, and the subscriber comes
    /// again. Anything else is a fault. One that gets no good token, or no answer at all, does not catch up, which is told too.
    /// </summary>
    private void Complaining(JsonNode? error)
    {
        var code = (string?)error?["code"] ?? "";
        if (code is not ("unauthenticated" or "database_unreachable") && !code.Contains("token", StringComparison.Ordinal)
            && !code.Contains("session", StringComparison.Ordinal))
        {
            Complain($"got the error {error?.ToJsonString()}");
        }
    }

    private Task Send(ClientWebSocket socket, string type, JsonObject data) =>
        socket.SendAsync(
            Encoding.UTF8.GetBytes(new JsonObject { ["type"] = type, ["data"] = data }.ToJsonString()), WebSocketMessageType.Text,
            endOfMessage: true, stop.Token);

    private async Task<JsonNode?> Receive(ClientWebSocket socket)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[32 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, stop.Token);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            whole.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return JsonNode.Parse(whole.ToArray());
        }
    }
}
