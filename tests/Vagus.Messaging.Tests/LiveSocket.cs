using System.Text.Json;

namespace Vagus.Messaging.Tests;

/// <summary>A client of <c>/messaging</c>, or of <c>/</c>, that speaks Socket.IO over one WebSocket.</summary>
internal sealed class LiveSocket : IAsyncDisposable
{
    private const string Messaging = "/messaging,";
    private readonly Line line;

    /// <summary>Of each packet, behind its kind.</summary>
    private readonly string prefix;
    private readonly List<(string Name, JsonElement Payload)> heard = [];
    private int asked;

    private LiveSocket(Line line, string prefix) => (this.line, this.prefix) = (line, prefix);

    /// <summary>Everything that was told but words on the position, and counts of what is unread.</summary>
    public IReadOnlyList<(string Name, JsonElement Payload)> Heard => heard;

    /// <summary>The counts that were told, the latest last.</summary>
    public List<JsonElement> Unread { get; } = [];

    /// <summary>What was told first.</summary>
    public JsonElement Greeting { get; private set; }

    public long Position { get; private set; }

    public static Task<LiveSocket> Open(House house, Person person) => Open(house, new { token = person.Token });

    public static async Task<LiveSocket> Open(House house, object auth)
    {
        var client = await Open(house, auth, Messaging);
        client.Greeting = await client.Hear("connected");
        return client;
    }

    /// <summary>In the namespace of events.</summary>
    public static Task<LiveSocket> OpenMain(House house, Person person) => Open(house, new { token = person.Token }, "");

    /// <summary>Emits and waits for the acknowledgement.</summary>
    public Task<JsonElement> Ask(string name, object request) => AskText(name, JsonSerializer.Serialize(request));

    /// <summary>The same with the request as it is on the wire.</summary>
    public async Task<JsonElement> AskText(string name, string request)
    {
        var id = await Say(name, request);
        while (true)
        {
            var packet = await line.Next();
            if (packet.StartsWith($"43{prefix}{id}[", StringComparison.Ordinal))
                return JsonElement.Parse(packet[$"43{prefix}{id}".Length..])[0];
            Keep(packet);
        }
    }

    /// <summary>Asks and does not wait: the acknowledgement stays on the line.</summary>
    public async Task AskAndLeave(string name, object request) => await Say(name, JsonSerializer.Serialize(request));

    /// <summary>Waits for an event of the name; what comes before it is kept in <see cref="Heard"/>.</summary>
    public async Task<JsonElement> Hear(string name)
    {
        while (true)
        {
            var at = heard.FindIndex(each => each.Name == name);
            if (at >= 0)
            {
                var found = heard[at].Payload;
                heard.RemoveAt(at);
                return found;
            }

            Keep(await line.Next());
        }
    }

    /// <summary>Waits until the server has told this count.</summary>
    public async Task<JsonElement> HearUnread(int count)
    {
        while (Unread.Count == 0 || Unread[^1].GetProperty("count").GetInt32() != count) Keep(await line.Next());
        return Unread[^1].GetProperty("byCategory");
    }

    /// <summary>Waits until the server has told that everything up to a position was sent.</summary>
    public async Task Reach(long position)
    {
        while (Position < position) Keep(await line.Next());
    }

    /// <summary>The same for a position that is not known yet: reads meanwhile. Something must happen behind it.</summary>
    public async Task Reach(Task<long> position)
    {
        while (!position.IsCompleted || Position < await position) Keep(await line.Next());
    }

    public ValueTask DisposeAsync() => line.DisposeAsync();

    private static async Task<LiveSocket> Open(House house, object auth, string prefix)
    {
        var line = await Line.Open(house, "/socket.io/?EIO=4&transport=websocket", heartbeat: "2", answer: "3");
        var client = new LiveSocket(line, prefix);
        await line.Say($"40{prefix}{JsonSerializer.Serialize(auth)}");
        while (true)
        {
            var packet = await line.Next();
            if (packet.StartsWith("44", StringComparison.Ordinal)) throw new InvalidOperationException(packet);
            if (packet.StartsWith($"40{prefix}", StringComparison.Ordinal)) break;
            client.Keep(packet);
        }

        return client;
    }

    private async Task<int> Say(string name, string request)
    {
        var id = asked++;
        await line.Say($"42{prefix}{id}[\"{name}\",{request}]");
        return id;
    }

    private void Keep(string packet)
    {
        if (!packet.StartsWith($"42{prefix}[", StringComparison.Ordinal)) return;
        var json = JsonElement.Parse(packet[$"42{prefix}".Length..]);
        var name = json[0].GetString()!;
        if (name == "position") Position = json[1].GetProperty("sequence").GetInt64();
        else if (name == "unread") Unread.Add(json[1]);
        else heard.Add((name, json[1]));
    }
}
