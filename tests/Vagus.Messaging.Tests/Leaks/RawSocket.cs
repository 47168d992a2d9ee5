using System.Text;
using System.Text.Json;

namespace Vagus.Messaging.Tests.Leaks;

/// <summary>A client of <c>/ws</c> that asks for every event and every resource that its person may see.</summary>
internal sealed class RawSocket : IAsyncDisposable
{
    private readonly Line line;
    private readonly StringBuilder told = new();
    private long position = -1;

    private RawSocket(Line line) => this.line = line;

    public static async Task<RawSocket> Open(House house, Person person, long? since = null)
    {
        var socket = new RawSocket(await Line.Open(house, "/ws"));
        await socket.Say("authenticate", new { token = person.Token });
        await socket.TakeUntil("welcome");
        var all = new { subscription_id = "all", resource_types = (string[])["*"], patient_ids = (string[])[] };
        await socket.Say("subscribe", since is null ? all : new { all.subscription_id, all.resource_types, all.patient_ids, since });
        await socket.TakeUntil("subscribed");
        return socket;
    }

    /// <summary>Every frame up to a place of the log, which the server is asked for until it has come so far.</summary>
    public async Task<string> Told(long last)
    {
        while (position < last)
        {
            await Say("ping", new { });
            await TakeUntil("pong");
        }

        return told.ToString();
    }

    public ValueTask DisposeAsync() => line.DisposeAsync();

    private Task Say(string type, object data) => line.Say(JsonSerializer.Serialize(new { type, data }));

    private async Task TakeUntil(string awaited)
    {
        while (true)
        {
            var text = await line.Next();
            told.AppendLine(text);
            var frame = JsonElement.Parse(text);
            var (type, data) = (frame.GetProperty("type").GetString(), frame.GetProperty("data"));
            Assert.True(type is not ("error" or "gap"), text);
            if (type is "pong" or "position" && data.TryGetProperty("sequence", out var sequence)) position = sequence.GetInt64();
            if (type == awaited) return;
        }
    }
}
