using System.Text;
using System.Text.Json;
using Vagus.Kernel;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Leaks;

/// <summary>
/// A FHIR subscription over rest-hook to each event of threads, of everybody who may have subscriptions: those of messages that were sent
/// with the whole Communication, which the others point at none of. To Communications themselves there are none.
/// </summary>
internal sealed class HookWay(LeakScene scene, Receiver outside)
{
    private const string Guide = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition";

    private static readonly string[] Topics =
    [
        "thread.created", "thread.updated", "thread.closed", "thread.reopened", Sent, "message.read", "message.retracted",
        "note.added",
    ];

    private const string Changes = "resource-changed";
    private const string Sent = "message.sent";
    private static readonly Role[] Subscribing = [Role.Provider, Role.Nurse, Role.MedicalAssistant];
    private readonly List<(Person Person, string Id, string Path)> subscriptions = [];

    public Way Way => LeakWays.Sealed("hook", (_, person) => Task.FromResult(Told(person))) with
    {
        IsOpenTo = person => Subscribing.Contains(person.Role),
    };

    public static async Task<HookWay> Open(LeakScene scene, Receiver outside)
    {
        var way = new HookWay(scene, outside);
        foreach (var person in scene.People.Values) await way.Subscribe(person);
        foreach (var (person, id, _) in way.subscriptions)
            await Until(() => person.Get($"/fhir/Subscription/{id}"), answer => answer.Is(200).Json.Text("status") == "active");
        return way;
    }

    /// <summary>Each receiver has got everything that its subscription has a number for.</summary>
    public async Task Settle()
    {
        await scene.AreConsumed("fhir-subscriptions");
        foreach (var (person, id, path) in subscriptions)
        {
            var status = (await person.Get($"/fhir/Subscription/{id}/$status")).Is(200)["entry"][0].GetProperty("resource");
            var count = int.Parse(
                Parameters(status, "events-since-subscription-start").Single().Text("valueString"),
                System.Globalization.CultureInfo.InvariantCulture);
            await Until(() => Task.FromResult(EventsAt(path) >= count), $"{path} has {EventsAt(path)} of {count} events");
        }
    }

    private async Task Subscribe(Person person)
    {
        foreach (var topic in Topics)
        {
            var path = $"/hook/{person.Id}/{topic}";
            var answer = await person.Post("/fhir/Subscription", Form(topic, path));
            if (!Subscribing.Contains(person.Role))
            {
                answer.Is(403);
                continue;
            }

            subscriptions.Add((person, answer.Is(201).Json.Text("id"), path));
        }

        var ofCommunications = await person.Post("/fhir/Subscription", Form(Changes, "/hook", "_type=Communication"));
        Assert.InRange(ofCommunications.Status, 400, 499);
    }

    private string Told(Person person) => string.Join('\n', outside.Taken
        .Where(each => each.Path.StartsWith($"/hook/{person.Id}/", StringComparison.Ordinal))
        .Select(each => Encoding.UTF8.GetString(each.Body)));

    private int EventsAt(string path) => outside.Taken.Where(each => each.Path == path)
        .Sum(each => Parameters(
            JsonElement.Parse(each.Body).GetProperty("entry")[0].GetProperty("resource"), "notification-event").Count());

    private static IEnumerable<JsonElement> Parameters(JsonElement status, string name) =>
        status.GetProperty("parameter").EnumerateArray().Where(each => each.Text("name") == name);

    private Dictionary<string, object> Form(string topic, string path, string? filter = null)
    {
        var form = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["resourceType"] = "Subscription",
            ["status"] = "requested",
            ["reason"] = "leaks",
            ["criteria"] = new Uri(scene.House.Address, $"/fhir/SubscriptionTopic/{topic}").ToString(),
            ["channel"] = new
            {
                type = "rest-hook",
                endpoint = new Uri(outside.Address, path).ToString(),
                payload = "application/fhir+json",
                _payload = Extension(new { url = $"{Guide}/backport-payload-content", valueCode = topic is Sent or Changes ? "full-resource" : "empty" }),
            },
        };
        if (filter is not null) form["_criteria"] = Extension(new { url = $"{Guide}/backport-filter-criteria", valueString = filter });
        return form;
    }

    private static object Extension(object extension) => new { extension = (object[])[extension] };
}
