using System.Text.Json;

namespace Vagus.Realtime.Tests.Searches;

/// <summary>
/// A client of the property test with one search open: it keeps the list as the guide says, loses its line, and comes back.
/// </summary>
internal sealed class SearchClient(LiveClinic clinic, SignedIn person, DrawnSearch search) : IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);
    private readonly Dictionary<string, string> list = new(StringComparer.Ordinal);
    private RawClient? line;
    private string? client;
    private long since = -1;

    public SignedIn Person => person;

    public DrawnSearch Search => search;

    public bool IsOn => line is not null;

    public int Changes { get; private set; }

    public int Resets { get; private set; }

    /// <summary>The resources that it shows, with their versions.</summary>
    public IEnumerable<string> List => list.Select(each => $"{each.Key}/{each.Value}").Order(StringComparer.Ordinal);

    public override string ToString() => $"{person.Role} {search.Query}";

    /// <summary>Opens the search, or goes on with it: by the position alone, or as the client that it was.</summary>
    public async Task Connect(bool asSameClient)
    {
        line = await RawClient.Connect(clinic);
        if (asSameClient && client is not null && since >= 0)
        {
            await line.Say("authenticate", new { token = person.Token, client_id = client, since });
            var welcome = await line.Hear("welcome");
            client = welcome.GetProperty("client_id").GetString();
            if (welcome.GetProperty("resumed").GetBoolean()) return;
        }
        else
        {
            await line.Say("authenticate", new { token = person.Token });
            client = (await line.Hear("welcome")).GetProperty("client_id").GetString();
        }

        object request = since < 0
            ? new { subscription_id = "s", search = search.Query } : new { subscription_id = "s", search = search.Query, since };
        await line.Say("subscribe", request);
        var frame = (await line.Next())!.Value;
        Assert.True(frame.GetProperty("type").GetString() == "subscribed", $"{this}: {frame}");
        var answer = frame.GetProperty("data");
        since = answer.GetProperty("sequence").GetInt64();
        if (!answer.TryGetProperty("resources", out var page)) return;

        Resets++;
        Assert.True(answer.GetProperty("complete").GetBoolean());
        list.Clear();
        foreach (var resource in page.EnumerateArray()) Show(resource);
    }

    /// <summary>Hears at least so much of what is told that the position is proved.</summary>
    public async Task Reach(long position)
    {
        await line!.Say("ping", new { });
        while (true)
        {
            var frame = await line.Next() ?? throw new InvalidOperationException($"{this}: closed ({line.CloseStatus}).");
            var data = frame.GetProperty("data");
            if (frame.GetProperty("type").GetString() == "pong")
            {
                if (data.TryGetProperty("sequence", out var proven) && proven.GetInt64() >= position)
                {
                    since = Math.Max(since, position);
                    return;
                }

                await Task.Delay(BetweenLooks);
                await line.Say("ping", new { });
                continue;
            }

            Assert.Equal("search_changed", frame.GetProperty("type").GetString());
            Take(data);
        }
    }

    /// <summary>Hears some of what is on its way, and loses the line.</summary>
    public async Task Lose(int heard)
    {
        await line!.Say("ping", new { });
        for (var each = 0; each < heard; each++)
        {
            var frame = await line.Next() ?? throw new InvalidOperationException($"{this}: closed ({line.CloseStatus}).");
            if (frame.GetProperty("type").GetString() != "search_changed") break;
            Take(frame.GetProperty("data"));
        }

        line.Cut();
        await line.DisposeAsync();
        line = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (line is not null) await line.DisposeAsync();
    }

    private void Take(JsonElement change)
    {
        var id = change.GetProperty("resource_id").GetString()!;
        var sequence = change.GetProperty("sequence").GetInt64();
        Assert.True(sequence > since, $"{this}: {sequence} is told to a client that has {since}.");
        since = sequence;
        Changes++;
        switch (change.GetProperty("change").GetString())
        {
            case "enter":
                Assert.False(list.ContainsKey(id), $"{this}: {id} entered twice, at {sequence}.");
                Show(change.GetProperty("resource"));
                break;
            case "update":
                Assert.True(list.ContainsKey(id), $"{this}: {id} was updated and had not entered, at {sequence}.");
                Show(change.GetProperty("resource"));
                break;
            default:
                // What a label hid before it was replayed leaves without having entered.
                Assert.Equal(JsonValueKind.Null, change.GetProperty("resource").ValueKind);
                list.Remove(id);
                break;
        }
    }

    private void Show(JsonElement resource) =>
        list[resource.GetProperty("id").GetString()!] = resource.GetProperty("meta").GetProperty("versionId").GetString()!;
}
