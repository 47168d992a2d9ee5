using System.Text;
using Vagus.Kernel;
using Vagus.Messaging.Tests.Exporting;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Leaks;

/// <summary>A way by which something comes out to a person.</summary>
/// <param name="Name">As findings call it.</param>
/// <param name="Tell">All that the person is told by it.</param>
/// <param name="Canary">By what a secret is found there by who may read it; null where the way shows none of its kind.</param>
internal sealed record Way(string Name, Func<LeakScene, Person, Task<string>> Tell, Func<Secret, string?> Canary)
{
    /// <summary>It tells no text at all, to nobody: contents are sealed there, or not in it.</summary>
    public bool IsWordless { get; init; }

    /// <summary>It tells that something waits, and neither what nor where.</summary>
    public bool IsBlank { get; init; }

    /// <summary>Who has this way at all.</summary>
    public Func<Person, bool> IsOpenTo { get; init; } = static _ => true;
}

/// <summary>Every way that this room has, and those of other rooms that tell of messages.</summary>
internal static class LeakWays
{
    public static readonly Way[] All =
    [
        new("list of threads", (_, person) => Told(person, $"{Door(person)}/threads?limit=200"), ThreadOf),
        new("thread", (scene, person) => Each(scene.Threads, id => Told(person, $"{Door(person)}/threads/{id}")), InThread),
        new("conversation", Conversations, secret => secret.Kind == Kind.Direct ? secret.Word : null),
        new("messages about something", (_, person) => Told(person, $"/api/messages/by-context?{LeakScene.About}"),
            secret => Word(secret, Kind.Direct)),
        new("search", Searches, InThread),
        new("assignments", (scene, person) => Each(scene.Threads, id => Told(person, $"{Door(person)}/threads/{id}/assignments")),
            static _ => null) { IsWordless = true },
        new("waiting messages", (_, person) => Told(person, $"{Door(person)}/scheduled"), secret => Word(secret, Kind.Waiting)),
        new("draft", (scene, person) => Each(scene.Threads, id => Told(person, $"{Door(person)}/threads/{id}/draft")),
            secret => Word(secret, Kind.Draft)),
        new("export as FHIR", (scene, person) => Each(scene.Threads, id => Told(person, $"{Door(person)}/threads/{id}/export?format=fhir")),
            Exported),
        new("export as PDF", (scene, person) => Each(scene.Threads, id => Pdf(scene, person, id)), Exported),
        new("attachment", (scene, person) => Each(Ids(scene), id => Told(person, $"{Door(person)}/attachments/{id}")),
            secret => Word(secret, Kind.File, Kind.FileOfNote)),
        new("decrypted Communication", (scene, person) => Each(Ids(scene), id => Told(person, $"/fhir/Communication/{id}/$decrypt")),
            secret => Word(secret, Kind.Message, Kind.Direct, Kind.Staff)),
        Sealed("Communication", (scene, person) => Each(Ids(scene), id => Told(person, $"/fhir/Communication/{id}"))),
        Sealed("version of one", (scene, person) => Each(Ids(scene), id => Told(person, $"/fhir/Communication/{id}/_history/1"))),
        Sealed("history of one", (scene, person) => Each(Ids(scene), id => Told(person, $"/fhir/Communication/{id}/_history"))),
        Sealed("search at FHIR", (_, person) => Told(person, "/fhir/Communication?_count=200")),
        Sealed("history of Communications", (_, person) => Told(person, "/fhir/Communication/_history?_count=200")),
        new("history of the clinic", (_, person) => Told(person, "/fhir/_history?_count=200"), static _ => null) { IsWordless = true },
        new("notifications", (_, person) => Told(person, "/api/notifications"), static _ => null) { IsWordless = true },
        new("metrics", (_, person) => Told(person, $"{AtStaff}/metrics"), static _ => null) { IsWordless = true },
        new("audit", (_, person) => Told(person, "/api/audit"), static _ => null) { IsWordless = true },
        new("chart", (_, person) => Each(["p1", "p2"], id => Told(person, $"/api/aggregate/patients/{id}")), static _ => null)
        {
            IsWordless = true,
        },
        new("replay over /messaging", Replayed, secret => Word(secret, Kind.Message, Kind.Direct, Kind.Staff)),
        Sealed("replay over /ws", ReplayedRaw),
        Sealed("subscription over /", Subscribed),
    ];

    public static Way Sealed(string name, Func<LeakScene, Person, Task<string>> tell) => new(
        name, tell, static secret => secret.Kind is Kind.Message or Kind.Direct or Kind.Staff ? secret.Id : null) { IsWordless = true };

    private static string Door(Person person) => LeakScene.DoorOf(person);

    private static string? Word(Secret secret, params Kind[] kinds) => kinds.Contains(secret.Kind) ? secret.Word : null;

    private static string? ThreadOf(Secret secret) => secret.Kind is Kind.Message or Kind.Direct or Kind.Staff ? secret.Thread : null;

    /// <summary>Notes are shown to staff only, and so are direct threads and those among staff at this door.</summary>
    private static string? InThread(Secret secret) => Word(secret, Kind.Message, Kind.Note, Kind.Direct, Kind.Staff);

    private static string? Exported(Secret secret) => Word(secret, Kind.Message, Kind.Direct, Kind.Staff);

    private static IEnumerable<string> Ids(LeakScene scene) => scene.Secrets.Select(secret => secret.Id).Where(id => id.Length > 0);

    private static async Task<string> Each(IEnumerable<string> keys, Func<string, Task<string>> tell)
    {
        var told = new StringBuilder();
        foreach (var key in keys) told.AppendLine(await tell(key));
        return told.ToString();
    }

    /// <summary>Nothing where it is refused: a refusal may repeat what was asked.</summary>
    private static async Task<string> Told(Person person, string path)
    {
        var answer = await person.Get(path);
        return answer.Status == 200 ? answer.Text : "";
    }

    private static Task<string> Conversations(LeakScene scene, Person person) =>
        Each(scene.People.Values.Select(each => each.Id), id => Told(person, $"/api/messages/conversation?userId={id}"));

    private static async Task<string> Searches(LeakScene scene, Person person) => await Each(
        scene.Secrets.Select(secret => secret.Word),
        async word => (await Until(() => person.Get($"{Door(person)}/threads?search={word}"), answer => answer.Status is 200 or 403)) is
            { Status: 200 } found ? found.Text : "");

    private static async Task<string> Pdf(LeakScene scene, Person person, string thread)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(scene.House.Address, $"{Door(person)}/threads/{thread}/export?format=pdf"));
        request.Headers.Authorization = new("Bearer", person.Token);
        using var answer = await scene.House.Http.SendAsync(request);
        return answer.IsSuccessStatusCode ? PdfText.Of(await answer.Content.ReadAsByteArrayAsync()) : "";
    }

    private static async Task<string> Replayed(LeakScene scene, Person person)
    {
        var last = await scene.Last(person);
        await using var socket = await LiveSocket.Open(scene.House, new { token = person.Token, since = 0 });
        await socket.Reach(last);
        return string.Join('\n', socket.Heard.Select(heard => $"{heard.Name} {heard.Payload}"));
    }

    private static async Task<string> Subscribed(LeakScene scene, Person person)
    {
        var last = await scene.Last(person);
        await using var socket = await LiveSocket.OpenMain(scene.House, person);
        Assert.True((await socket.Ask("subscribe", new { since = 0 })).GetProperty("ok").GetBoolean());
        await socket.Reach(last);
        return string.Join('\n', socket.Heard.Select(heard => $"{heard.Name} {heard.Payload}"));
    }

    private static async Task<string> ReplayedRaw(LeakScene scene, Person person)
    {
        var last = await scene.Last(person);
        await using var socket = await RawSocket.Open(scene.House, person, since: 0);
        return await socket.Told(last);
    }
}
