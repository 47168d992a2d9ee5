using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Vagus.Fhir;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Bench.Subscriptions;

/// <summary>A server in this process, with a provider who writes and subscribes.</summary>
internal sealed class Clinic : IAsyncDisposable
{
    private const string Guide = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition";
    private const string Email = "provider@example.org";
    private const int AtOnce = 100;
    private readonly House house;
    private readonly TenantId tenant;
    private string token = "";

    private Clinic(House house, TenantId tenant) => (this.house, this.tenant) = (house, tenant);

    public Uri Address => house.Address;

    private string BaseUrl => $"{Address.GetLeftPart(UriPartial.Authority)}/fhir";

    public static async Task<Clinic> Open(Engine engine)
    {
        var house = new House(engine, new HousePlan { Fhir = new FhirOptions() });
        await house.InitializeAsync();
        var tenant = await house.AddTenant();
        await house.Add(new NewUser(tenant, Email, "Somebody", Role.Provider));
        var clinic = new Clinic(house, tenant);
        await clinic.SignIn();
        return clinic;
    }

    /// <summary>A token lasts for minutes: each round begins with a new one.</summary>
    public async Task SignIn() => token = (await house.SignIn(Email, Role.Provider, tenant)).Token;

    /// <summary>Subscribes to changes of an appointment, or to its event, of the practitioners of these numbers in turn.</summary>
    public async Task Subscribe(int first, int count)
    {
        foreach (var numbers in Enumerable.Range(first, count).Chunk(AtOnce))
        {
            var entries = numbers.Select(number =>
                $$$"""{"resource":{{{Form(number)}}},"request":{"method":"POST","url":"Subscription"}}""");
            await Send(HttpMethod.Post, "/fhir", $$$"""{"resourceType":"Bundle","type":"transaction","entry":[{{{string.Join(',', entries)}}}]}""");
        }
    }

    /// <summary>A subscription that is about every appointment, all being of practitioner 0, and a token that binds a socket.</summary>
    public async Task<string> Probe()
    {
        var made = await Send(HttpMethod.Post, "/fhir/Subscription", Changes(0));
        var bound = await Send(HttpMethod.Get, $"/fhir/Subscription/{made.GetProperty("id").GetString()}/$get-ws-binding-token", body: null);
        return bound.GetProperty("parameter").EnumerateArray().First(each => each.GetProperty("name").GetString() == "token")
            .GetProperty("valueString").GetString() ?? "";
    }

    public Task Put(string id, int other) => Send(HttpMethod.Put, $"/fhir/Appointment/{id}", $$"""
        {"resourceType":"Appointment","id":"{{id}}","status":"booked","start":"2026-11-26T09:00:00Z","end":"2026-11-26T09:30:00Z",
        "participant":[{"actor":{"reference":"Practitioner/dr-{{other}}"},"status":"accepted"},
        {"actor":{"reference":"Practitioner/dr-0"},"status":"accepted"},{"actor":{"reference":"Patient/p1"},"status":"accepted"}]}
        """);

    public ValueTask DisposeAsync() => house.DisposeAsync();

    private string Form(int number) => number % 2 == 0 ? Changes(number) : Subscription("appointment.updated", $"providerId=dr-{number}");

    private string Changes(int number) =>
        Subscription("resource-changed", $"Appointment?practitioner=Practitioner/dr-{number}&status=booked");

    private string Subscription(string topic, string filter) => $$$$"""
        {"resourceType":"Subscription","status":"requested","reason":"bench","criteria":"{{{{BaseUrl}}}}/SubscriptionTopic/{{{{topic}}}}",
        "_criteria":{"extension":[{"url":"{{{{Guide}}}}/backport-filter-criteria","valueString":"{{{{filter}}}}"}]},
        "channel":{"type":"websocket","payload":"application/fhir+json",
        "_payload":{"extension":[{"url":"{{{{Guide}}}}/backport-payload-content","valueCode":"id-only"}]}}}
        """;

    private async Task<JsonElement> Send(HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/fhir+json");
        using var answer = await house.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonElement.Parse(text) : throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}");
    }
}
