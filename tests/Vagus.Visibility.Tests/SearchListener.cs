using System.Text.Json;

namespace Vagus.Visibility.Tests;

/// <summary>A client of <c>/ws</c> that keeps searches open, each under its own text, with the list of what each finds.</summary>
internal sealed class SearchListener : Listener
{
    private readonly Dictionary<string, SortedSet<string>> lists = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private long position = -1;
    private JsonElement answer;

    /// <summary>All that was told of the searches, as it came.</summary>
    public List<string> Told { get; } = [];

    /// <summary>What a search finds: ids.</summary>
    public IEnumerable<string> ListOf(string search) => lists[search];

    public static async Task<SearchListener> Open(House house, Person person)
    {
        var client = new SearchListener();
        await client.Connect(new UriBuilder(house.Address) { Scheme = "ws", Path = "/ws" }.Uri);
        await client.Say("authenticate", new { token = person.Token });
        await client.TakeUntil("welcome");
        return client;
    }

    /// <summary>Opens a search, or goes on with it. Answers the code of the refusal, or null.</summary>
    public async Task<string?> Search(string search, long? since = null)
    {
        // The id of a subscription is shorter than some searches.
        var id = lists.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        object request = since is null ? new { subscription_id = id, search } : new { subscription_id = id, search, since };
        names[id] = search;
        lists[search] = new SortedSet<string>(StringComparer.Ordinal);
        await Say("subscribe", request);
        string type;
        do type = await Take();
        while (type is not ("subscribed" or "error"));

        if (type == "subscribed") return null;
        lists.Remove(search);
        return answer.GetProperty("code").GetString();
    }

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
        while (await Take() != type)
        {
            // Take keeps what comes before it.
        }
    }

    protected override async Task<string> Take()
    {
        var frame = JsonElement.Parse(await Receive());
        var (type, data) = (frame.GetProperty("type").GetString()!, frame.GetProperty("data"));
        if (type is "pong" or "position" && data.TryGetProperty("sequence", out var told)) position = told.GetInt64();
        if (type is "subscribed" or "error") answer = data;
        if (type is "subscribed") Open(data);
        if (type is "search_changed") Change(data);
        return type;
    }

    private void Open(JsonElement data)
    {
        if (!data.TryGetProperty("resources", out var page)) return;
        Told.Add(data.GetRawText());
        var list = lists[names[data.GetProperty("subscription_id").GetString()!]];
        foreach (var resource in page.EnumerateArray()) list.Add(resource.GetProperty("id").GetString()!);
    }

    private void Change(JsonElement data)
    {
        Told.Add(data.GetRawText());
        var list = lists[names[data.GetProperty("subscription_id").GetString()!]];
        var id = data.GetProperty("resource_id").GetString()!;
        if (data.GetProperty("change").GetString() == "leave") list.Remove(id);
        else list.Add(id);
    }
}
