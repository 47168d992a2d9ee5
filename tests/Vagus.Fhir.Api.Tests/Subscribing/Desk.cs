using System.Globalization;
using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>A clinic with a provider who subscribes, and a receiver on this machine.</summary>
internal sealed class Desk : IAsyncDisposable
{
    private const string Guide = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private Desk(Clinic clinic, Person owner, Receiver receiver) => (Clinic, Owner, Receiver) = (clinic, owner, receiver);

    public Clinic Clinic { get; }

    public Person Owner { get; }

    public Receiver Receiver { get; }

    public string BaseUrl => $"{Clinic.Server.Address.GetLeftPart(UriPartial.Authority)}/fhir";

    public string Topic => $"{BaseUrl}/SubscriptionTopic/resource-changed";

    public static async Task<Desk> Open(FhirServer server)
    {
        var clinic = await Clinic.Open(server);
        var desk = new Desk(clinic, await clinic.Provider(), await Receiver.Start());
        (await desk.Owner.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        return desk;
    }

    /// <summary>A Subscription as a client of the guide writes it.</summary>
    public string Form(string filter = "Observation?patient=Patient/p", string content = "id-only", string channel = "", string more = "",
        string? topic = null, string? endpoint = null, string payload = "application/fhir+json", string type = "rest-hook") => $$$$"""
        {"resourceType":"Subscription","status":"requested","reason":"a test","criteria":{{{{Sample.Json(topic ?? Topic)}}}},
         "_criteria":{"extension":[{{{{string.Join(',', filter.Split(" and ").Select(each =>
             $$"""{"url":"{{Guide}}/backport-filter-criteria","valueString":{{Sample.Json(each)}}}"""))}}}}]},
         "channel":{"type":"{{{{type}}}}","endpoint":{{{{Sample.Json(endpoint ?? $"{Receiver.Address}hook")}}}},"payload":{{{{Sample.Json(payload)}}}},
           "_payload":{"extension":[{"url":"{{{{Guide}}}}/backport-payload-content","valueCode":"{{{{content}}}}"}]}{{{{channel}}}}}{{{{more}}}}}
        """;

    /// <summary>The same for the websocket channel, which has no endpoint.</summary>
    public string SocketForm(
        string filter = "Observation?patient=Patient/p", string content = "id-only", string channel = "", string? topic = null) =>
        Form(filter, content, channel, topic: topic, type: "websocket")
            .Replace($"\"endpoint\":\"{Receiver.Address}hook\",", "", StringComparison.Ordinal);

    /// <summary>The owner's id: no other provider of the clinic comes before.</summary>
    public async Task<UserId> OwnerId() => (await Clinic.Server.Get<IFindUsers>().WithRole(
        Clinic.Server.Get<Database>(), Clinic.Tenant, Role.Provider, 10, CancellationToken.None))[0].User;

    public static string ChannelExtension(string name, string type, int value) =>
        $$"""
        ,"extension":[{"url":"{{Guide}}/{{name}}","{{type}}":{{value}}}]
        """;

    /// <summary>Subscribes, and waits until the receiver has taken the handshake and the subscription is active.</summary>
    public async Task<string> Subscribe(string form)
    {
        var id = (await Owner.Create(form)).Is(201).Id;
        await Becomes(id, "active");
        return id;
    }

    public async Task Becomes(string id, string status, Person? by = null) =>
        await Until(async () => StatusOf((await (by ?? Owner).Get($"Subscription/{id}")).Is(200).Json) == status, $"{id} is not {status}");

    /// <summary>Writes an Observation of the patient, and answers its id.</summary>
    public async Task<string> Observe(string id, string more = "") =>
        await Owner.Put($"Observation/{id}", Sample.Observation("Patient/p", id: id, more: more)) is var done && done.Status is 200 or 201
            ? done.Id : throw new InvalidOperationException($"The Observation was not written: {done.Status} {done.Text}");

    /// <summary>Waits for so many notifications of the type.</summary>
    public async Task<List<Notified>> Notified(int count, string type = "event-notification")
    {
        await Until(() => Task.FromResult(Taken(type).Count >= count), $"{Taken(type).Count} of {count} notifications came");
        return Taken(type);
    }

    /// <summary>The numbers that came, in the order in which they came.</summary>
    public async Task<List<long>> Numbers(int count)
    {
        await Until(() => Task.FromResult(All().Count >= count), $"{All().Count} of {count} events came");
        return All();

        List<long> All() => [.. Taken("event-notification").SelectMany(each => each.Numbers)];
    }

    public List<Notified> Taken(string type) =>
        [.. Receiver.Taken.Select(each => new Notified(each)).Where(each => each.Type == type)];

    public static async Task Until(Func<Task<bool>> holds, string otherwise)
    {
        var end = DateTime.UtcNow + Patience;
        while (!await holds())
        {
            Assert.True(DateTime.UtcNow < end, otherwise);
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync() => await Receiver.DisposeAsync();

    private static string? StatusOf(JsonElement subscription) => subscription.GetProperty("status").GetString();
}

/// <summary>A notification as the receiver got it.</summary>
internal sealed record Notified(Received Request)
{
    public JsonElement Bundle => JsonElement.Parse(Request.Body);

    public bool IsBundle => Bundle.GetProperty("resourceType").GetString() == "Bundle";

    public IReadOnlyList<JsonElement> Entries => [.. Bundle.GetProperty("entry").EnumerateArray()];

    public JsonElement Status => Entries[0].GetProperty("resource");

    public string? Type => Text("type", "valueCode");

    public long Count => long.Parse(Text("events-since-subscription-start", "valueString")!, CultureInfo.InvariantCulture);

    public IReadOnlyList<JsonElement> Events => [.. Parameters("notification-event")];

    public IReadOnlyList<long> Numbers =>
        [.. Events.Select(each => long.Parse(Part(each, "event-number").GetProperty("valueString").GetString()!, CultureInfo.InvariantCulture))];

    public IReadOnlyList<string> Focuses => [.. Events.Select(each => Part(each, "focus"))
        .Where(focus => focus.ValueKind == JsonValueKind.Object)
        .Select(focus => focus.GetProperty("valueReference").GetProperty("reference").GetString()!.Split('/')[^1])];

    public string? Text(string name, string value) =>
        Parameters(name).Select(each => each.GetProperty(value).GetString()).SingleOrDefault();

    public IEnumerable<JsonElement> Parameters(string name) =>
        Status.GetProperty("parameter").EnumerateArray().Where(each => each.GetProperty("name").GetString() == name);

    private static JsonElement Part(JsonElement told, string name) =>
        told.GetProperty("part").EnumerateArray().FirstOrDefault(part => part.GetProperty("name").GetString() == name);
}
