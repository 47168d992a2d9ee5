using System.Text.Json;

namespace Vagus.Realtime.Tests.Model;

/// <summary>A client of <c>/ws</c>.</summary>
internal sealed class RawModelClient(Surroundings world, SignedIn person, Rights rights) : ModelClient(world, person, rights)
{
    private readonly List<Stretch> asked = [];
    private readonly HashSet<string> claimed = [];
    private string? id;
    private string? claimedId;
    private long? shown;
    private long? owed;
    private bool owedIsUncertain;
    private bool hasSubscribed;

    public override bool IsOwed => owed is not null && !hasSubscribed;

    public override async Task Subscribe(Wish wish, long? since, int number)
    {
        if (since is null && owedIsUncertain) since = Place;
        var name = $"s{number}";
        var beginning = since ?? (owed is not null && claimed.Add(name) ? owed : null);
        if (since is null && beginning is not null) World.Tally.Saw(Reached.OwedClaimed);
        hasSubscribed = true;
        var stretch = new Stretch(name, wish, beginning);
        lock (asked) asked.Add(stretch);
        Waits();
        Write(new Heard.Asked(stretch));
        var data = new Dictionary<string, object> { ["subscription_id"] = name };
        if (wish.Types is { } types) data["event_types"] = types;
        if (wish.Patients is { } patients) data["patient_ids"] = patients;
        if (wish.Resources is { } resources) data["resource_types"] = resources;
        if (since is { } past) data["since"] = past;
        await Frame("subscribe", data);
    }

    public override async Task Unsubscribe(string id)
    {
        Known.Remove(id);
        Waits();
        Write(new Heard.Unsubscribing(id));
        await Frame("unsubscribe", new { subscription_id = id });
    }

    public override async Task Renew()
    {
        Waits();
        await Frame("authenticate", new { token = Person.Token });
    }

    public override void OwedRanOut()
    {
        base.OwedRanOut();
        // Whether the server has noticed by now is not known: from here on the client names its beginnings.
        owedIsUncertain = owed is not null;
    }

    protected override Uri Address(Uri server) => new UriBuilder(server) { Scheme = "ws", Path = "/ws" }.Uri;

    protected override Task Greet(WayIn way)
    {
        lock (asked) asked.Clear();
        claimed.Clear();
        (owed, owedIsUncertain, hasSubscribed) = (null, false, false);
        shown = way == WayIn.Plain ? null : Place;
        claimedId = way == WayIn.Same ? id : null;
        var data = new Dictionary<string, object> { ["token"] = Person.Token };
        if (shown is { } since) data["since"] = since;
        if (claimedId is { } mine) data["client_id"] = mine;
        return Frame("authenticate", data);
    }

    protected override void Take(string text)
    {
        var frame = JsonElement.Parse(text);
        var data = frame.TryGetProperty("data", out var found) ? found : default;
        switch (frame.GetProperty("type").GetString())
        {
            case "welcome":
                Welcome(data);
                break;
            case "subscribed":
                Subscribed(data.GetProperty("subscription_id").GetString()!, data.GetProperty("sequence").GetInt64());
                break;
            case "unsubscribed":
                IsAnswered();
                Note(new Heard.Unsubscribed(data.GetProperty("subscription_id").GetString()!));
                break;
            case "authenticated":
                IsAnswered();
                break;
            case "update":
                Note(
                    new Heard.Event(
                    data.GetProperty("sequence").GetInt64(), "resource." + data.GetProperty("action").GetString(),
                    MarkOf(data.GetProperty("resource"))));
                break;
            case "clinical_event":
                Note(
                    new Heard.Event(
                    data.GetProperty("sequence").GetInt64(), data.GetProperty("name").GetString()!, StatusOf(data.GetProperty("details"))));
                break;
            case "position":
                Note(new Heard.Position(data.GetProperty("sequence").GetInt64()));
                break;
            case "gap":
                var gap = new Heard.Gap(data.GetProperty("from").GetInt64(), data.GetProperty("to").GetInt64());
                if (owedIsUncertain && !hasSubscribed) World.Tally.Saw(Reached.OwedToldAsGap);
                // Retention may overtake the tail: the gap that all are told then begins behind what is owed, which stays owed.
                if (!hasSubscribed && gap.From <= owed + 1) owed = null;
                Note(gap);
                break;
            case var other:
                Refused($"{other} {data}");
                break;
        }
    }

    private void Welcome(JsonElement welcome)
    {
        var resumed = welcome.GetProperty("resumed").GetBoolean();
        var sequence = welcome.GetProperty("sequence").GetInt64();
        id = welcome.GetProperty("client_id").GetString();
        if (resumed)
        {
            Assert.Equal((claimedId, shown), (id, sequence));
            World.Tally.Saw(Reached.Resumed);
            GoOn(new Heard.Resumed(shown!.Value), welcome);
            return;
        }

        if (claimedId is not null) World.Tally.Saw(Reached.Refused);
        if (shown is { } since) Assert.True(sequence <= since);
        owed = shown;
        Place = sequence;
        Begin(new Heard.Began(Unasked: false, MayFollow: 0, MustFollow: 0, Owed: owed, AsksForPast: false), welcome);
    }

    private void Subscribed(string name, long sequence)
    {
        IsAnswered();
        Stretch stretch;
        lock (asked)
        {
            stretch = asked.First(each => each.Id == name);
            asked.Remove(stretch);
        }

        Known.Add(name);
        Note(new Heard.Subscribed(stretch, sequence));
    }

    private static string? MarkOf(JsonElement resource) => resource.ValueKind == JsonValueKind.Null
        ? null
        : $"{resource.GetProperty("id").GetString()}/{resource.GetProperty("meta").GetProperty("versionId").GetString()}";

    private Task Frame(string type, object data) => Say(JsonSerializer.Serialize(new { type, data }));
}
