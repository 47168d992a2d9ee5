using System.Globalization;
using System.Text.Json;

namespace Vagus.Realtime.Tests.Model;

/// <summary>A client of Socket.IO that comes back as the official one does, with <c>pid</c> and the last offset that it was sent.</summary>
internal sealed class SocketModelClient(Surroundings world, SignedIn person, Rights rights) : ModelClient(world, person, rights)
{
    private readonly Dictionary<int, Action<JsonElement>> answers = [];
    private string? pid;
    private string? claimedPid;
    private string? offset;
    private long? shown;
    private long shownOffset;
    private long began;
    private int asked;

    public override async Task Subscribe(Wish wish, long? since, int number)
    {
        var stretch = new Stretch("", wish, since);
        Write(new Heard.Asked(stretch));
        var request = new Dictionary<string, object>();
        if (wish.Types is { } types) request["eventTypes"] = types;
        if (wish.Patients is { } patients) request["patientIds"] = patients;
        if (since is { } past) request["since"] = past;
        await Ask("subscribe", request, answer =>
        {
            stretch.Id = answer.GetProperty("subscriptionId").GetString()!;
            Known.Add(stretch.Id);
            Note(new Heard.Subscribed(stretch, answer.GetProperty("sequence").GetInt64()));
        });
    }

    public override Task Unsubscribe(string id)
    {
        Known.Remove(id);
        Write(new Heard.Unsubscribing(id));
        return Ask("unsubscribe", new { subscriptionId = id }, _ => Note(new Heard.Unsubscribed(id)));
    }

    public override Task Renew() => Ask("authenticate", new { token = Person.Token }, _ => { });

    protected override Uri Address(Uri server) =>
        new UriBuilder(server) { Scheme = "ws", Path = "/socket.io/", Query = "EIO=4&transport=websocket" }.Uri;

    protected override Task Greet(WayIn way)
    {
        lock (answers) answers.Clear();
        shown = way == WayIn.Plain ? null : Place;
        claimedPid = way == WayIn.Same ? pid : null;
        var auth = new Dictionary<string, object> { ["token"] = Person.Token };
        if (shown is { } since) auth["since"] = since;
        if (claimedPid is { } mine) auth["pid"] = mine;
        if (claimedPid is not null && offset is not null) auth["offset"] = offset;
        shownOffset = offset is null ? began : long.Parse(offset.TrimEnd('s'), CultureInfo.InvariantCulture);
        return Say("40" + JsonSerializer.Serialize(auth));
    }

    protected override void Take(string text)
    {
        if (text == "2") _ = Say("3");
        else if (text.StartsWith("40", StringComparison.Ordinal)) Connected(JsonElement.Parse(text[2..]));
        else if (text.StartsWith("44", StringComparison.Ordinal)) Refused(text);
        else if (text.StartsWith("43", StringComparison.Ordinal)) Answered(text[2..]);
        else if (text.StartsWith("42", StringComparison.Ordinal)) Happened(JsonElement.Parse(text[2..]));
    }

    private void Connected(JsonElement answer)
    {
        var mine = answer.GetProperty("pid").GetString();
        if (mine == claimedPid && mine is not null)
        {
            World.Tally.Saw(Reached.Recovered);
            GoOn(new Heard.Recovered(shownOffset), answer);
            return;
        }

        if (claimedPid is not null) World.Tally.Saw(Reached.Refused);
        (pid, offset, began) = (mine, null, shown ?? 0);
        Begin(
            new Heard.Began(
            Unasked: true, MayFollow: shown ?? 0, MustFollow: shown ?? World.Log.Begun, Owed: null, AsksForPast: shown is not null),
            answer);
    }

    private void Answered(string text)
    {
        var start = text.IndexOf('[', StringComparison.Ordinal);
        var number = int.Parse(text.AsSpan(0, start), CultureInfo.InvariantCulture);
        var answer = JsonElement.Parse(text[start..])[0];
        Action<JsonElement> take;
        lock (answers)
        {
            if (!answers.Remove(number, out take!)) return;
        }

        IsAnswered();
        if (answer.GetProperty("ok").GetBoolean()) take(answer);
        else Refused(answer.GetRawText());
    }

    private void Happened(JsonElement arguments)
    {
        if (arguments[arguments.GetArrayLength() - 1] is { ValueKind: JsonValueKind.String } last) offset = last.GetString();
        var payload = arguments[1];
        switch (arguments[0].GetString())
        {
            case "position":
                Note(new Heard.Position(payload.GetProperty("sequence").GetInt64()));
                break;
            case "gap":
                Note(new Heard.Gap(payload.GetProperty("from").GetInt64(), payload.GetProperty("to").GetInt64()));
                break;
            case var name:
                Note(new Heard.Event(payload.GetProperty("sequence").GetInt64(), name!, StatusOf(payload)));
                break;
        }
    }

    private Task Ask(string name, object request, Action<JsonElement> answered)
    {
        int number;
        lock (answers) answers[number = asked++] = answered;
        Waits();
        return Say($"42{number}" + JsonSerializer.Serialize(new[] { name, request }));
    }
}
