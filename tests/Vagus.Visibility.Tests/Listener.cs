using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Vagus.Visibility.Tests;

/// <summary>One thing that a socket was told: a catalogue event, or the change of a resource.</summary>
internal sealed record Heard(string Name, long Sequence, string Text, JsonElement Data)
{
    /// <summary>Of an <c>update</c>: <c>Observation/1</c>.</summary>
    public string Resource => $"{Data.GetProperty("resource_type").GetString()}/{Data.GetProperty("resource_id").GetString()}";

    public string? Version => Data.GetProperty("version_id").GetString();

    public string? Action => Data.GetProperty("action").GetString();

    public bool HasContent => Data.GetProperty("resource").ValueKind == JsonValueKind.Object;

    public bool IsUpdate => Name == "update";
}

/// <summary>
/// A connection that keeps what it hears. Waiting has a limit. Messages are received whether somebody waits or not: a server cuts off who
/// does not answer its heartbeat.
/// </summary>
internal abstract class Listener : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly ClientWebSocket socket = new();
    private readonly byte[] buffer = new byte[1024 * 1024];
    private readonly Channel<string> received = Channel.CreateUnbounded<string>();
    private readonly SemaphoreSlim sending = new(1);
    private Task receiving = Task.CompletedTask;

    public List<Heard> All { get; } = [];

    public IEnumerable<Heard> Updates => All.Where(heard => heard.IsUpdate);

    public IEnumerable<Heard> Events => All.Where(heard => !heard.IsUpdate);

    /// <summary>Reads until everything is here that the log had when this was asked.</summary>
    public async Task Settle(Clinic clinic) =>
        await Settle((await clinic.House.Get<Storage.Log.EventLog>().Extent(clinic.Tenant, CancellationToken.None)).Last);

    public abstract Task Settle(long last);

    public async Task HearUpTo(long sequence)
    {
        while (All.Count == 0 || All[^1].Sequence < sequence) await Take();
    }

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        await receiving;
        sending.Dispose();
    }

    protected async Task Connect(Uri address)
    {
        await socket.ConnectAsync(address, CancellationToken.None);
        receiving = ReceiveAll();
    }

    protected async Task Send(string text)
    {
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // Who receives is told what ended the connection.
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>Takes one message and keeps it if it is an event.</summary>
    protected abstract Task<string> Take();

    protected async Task<string> Receive()
    {
        using var limit = new CancellationTokenSource(Limit);
        return await received.Reader.ReadAsync(limit.Token);
    }

    /// <summary>The server's heartbeat, where it is a message: it is answered at once.</summary>
    protected virtual bool IsHeartbeat(string packet) => false;

    private async Task ReceiveAll()
    {
        try
        {
            while (true)
            {
                var message = await ReceiveOne();
                if (IsHeartbeat(message)) await Send("3");
                else received.Writer.TryWrite(message);
            }
        }
        catch (Exception failure) when (failure is WebSocketException or InvalidOperationException or OperationCanceledException)
        {
            received.Writer.TryComplete(failure);
        }
    }

    private async Task<string> ReceiveOne()
    {
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close) throw new InvalidOperationException($"Closed ({socket.CloseStatus}).");
            length += part.Count;
            if (part.EndOfMessage) return Encoding.UTF8.GetString(buffer, 0, length);
        }
    }
}

/// <summary>A Socket.IO client over one WebSocket.</summary>
internal sealed class SocketListener : Listener
{
    private int asked;
    private long position = -1;
    private JsonElement? answer;

    public string? Pid { get; private set; }

    public static async Task<SocketListener> Open(House house, Person person, long? since = null, string? pid = null)
    {
        var client = new SocketListener();
        await client.Connect(
            new UriBuilder(house.Address) { Scheme = "ws", Path = "/socket.io/", Query = "EIO=4&transport=websocket" }.Uri);
        var auth = pid is null
            ? JsonSerializer.Serialize(new { token = person.Token })
            : JsonSerializer.Serialize(new { token = person.Token, pid, offset = $"{since}" });
        await client.Send("40" + auth);
        while (client.Pid is null) await client.Take();
        if (since is not null && pid is null) await client.Ask("subscribe", new { since });
        return client;
    }

    /// <summary>The server tells a position when a replay is over, and again and again after that.</summary>
    public override async Task Settle(long last)
    {
        while (position < last) await Take();
    }

    public Task<JsonElement> Subscribe(object request) => Ask("subscribe", request);

    private async Task<JsonElement> Ask(string name, object request)
    {
        await Send($"42{asked++}{JsonSerializer.Serialize(new[] { name, request })}");
        answer = null;
        while (answer is null) await Take();
        Assert.True(answer.Value.GetProperty("ok").GetBoolean(), answer.Value.GetRawText());
        return answer.Value;
    }

    protected override bool IsHeartbeat(string packet) => packet == "2";

    protected override async Task<string> Take()
    {
        var packet = await Receive();
        if (packet.StartsWith("40", StringComparison.Ordinal)) Pid = JsonElement.Parse(packet[2..]).GetProperty("pid").GetString();
        else if (packet.StartsWith("44", StringComparison.Ordinal)) throw new InvalidOperationException(packet);
        else if (packet.StartsWith("43", StringComparison.Ordinal))
            answer = JsonElement.Parse(packet[packet.IndexOf('[', StringComparison.Ordinal)..])[0];
        else if (packet.StartsWith("42[", StringComparison.Ordinal)) Keep(JsonElement.Parse(packet[2..]));
        return packet;
    }

    private void Keep(JsonElement arguments)
    {
        var name = arguments[0].GetString()!;
        if (name == "position") position = arguments[1].GetProperty("sequence").GetInt64();
        if (name is "position" or "presence" or "gap") return;
        All.Add(new Heard(name, arguments[1].GetProperty("sequence").GetInt64(), arguments[1].GetRawText(), arguments[1]));
    }
}

/// <summary>A client of <c>/ws</c> that asks for every event and every resource.</summary>
internal sealed class RawListener : Listener
{
    private long position = -1;

    public static async Task<RawListener> Open(House house, Person person, long? since = null, string[]? patients = null)
    {
        var client = new RawListener();
        await client.Connect(new UriBuilder(house.Address) { Scheme = "ws", Path = "/ws" }.Uri);
        await client.Say("authenticate", new { token = person.Token });
        await client.TakeUntil("welcome");
        var all = new { subscription_id = "all", resource_types = new[] { "*" }, patient_ids = patients ?? [] };
        await client.Say("subscribe", since is null ? all : new { all.subscription_id, all.resource_types, all.patient_ids, since });
        await client.TakeUntil("subscribed");
        return client;
    }

    /// <summary>Asks how far the server has come until that is far enough.</summary>
    public override async Task Settle(long last)
    {
        while (position < last)
        {
            await Say("ping", new { });
            await TakeUntil("pong");
        }
    }

    private Task Say(string type, object data) => Send(JsonSerializer.Serialize(new { type, data }));

    private async Task TakeUntil(string type)
    {
        while (true)
        {
            var taken = await Take();
            if (taken == "error") throw new InvalidOperationException("The server answered with an error.");
            if (taken == type) return;
        }
    }

    protected override async Task<string> Take()
    {
        var frame = JsonElement.Parse(await Receive());
        var type = frame.GetProperty("type").GetString()!;
        var data = frame.GetProperty("data");
        var name = type == "clinical_event" ? data.GetProperty("name").GetString()! : type;
        if (type is "pong" or "position" && data.TryGetProperty("sequence", out var told)) position = told.GetInt64();
        if (type is "update" or "clinical_event")
            All.Add(new Heard(name, data.GetProperty("sequence").GetInt64(), data.GetRawText(), data));
        return type;
    }
}
