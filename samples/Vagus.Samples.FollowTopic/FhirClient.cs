using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vagus.Samples.FollowTopic;

/// <summary>Where a websocket is bound, and the token that binds it once.</summary>
internal sealed record Binding(Uri Url, string Token);

/// <summary>The few requests that following a topic needs.</summary>
internal sealed class FhirClient : IDisposable
{
    private const string Guide = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition";
    private readonly HttpClient http;

    private FhirClient(HttpClient http) => this.http = http;

    private string BaseUrl => new Uri(http.BaseAddress!, "/fhir").ToString();

    public static async Task<FhirClient> SignIn(Uri server, string email, string password, CancellationToken cancel)
    {
        var http = new HttpClient { BaseAddress = server };
        using var answer = await http.PostAsJsonAsync("/api/auth/login", new { email, password }, cancel);
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("accessToken").GetString();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new FhirClient(http);
    }

    /// <summary>The id of an own subscription to this topic with these filters, or null: its numbers go on.</summary>
    public async Task<string?> Find(string topic, IReadOnlyList<string> filters, CancellationToken cancel)
    {
        var own = await Send(HttpMethod.Get, "/fhir/Subscription/$status?status=active", body: null, cancel);
        foreach (var entry in own["entry"]?.AsArray() ?? [])
        {
            var reference = Parameter(entry!["resource"]!, "subscription")["valueReference"]!["reference"]!.GetValue<string>();
            var id = reference.Split('/')[^1];
            var known = await Send(HttpMethod.Get, $"/fhir/Subscription/{id}", body: null, cancel);
            if (IsTo(known, $"{BaseUrl}/SubscriptionTopic/{topic}", filters)) return id;
        }

        return null;
    }

    public async Task<string> Subscribe(string topic, IReadOnlyList<string> filters, CancellationToken cancel)
    {
        var form = new JsonObject
        {
            ["resourceType"] = "Subscription",
            ["status"] = "requested",
            ["reason"] = "A sample follows a topic",
            ["criteria"] = $"{BaseUrl}/SubscriptionTopic/{topic}",
            ["channel"] = new JsonObject
            {
                ["type"] = "websocket",
                ["payload"] = "application/fhir+json",
                ["_payload"] = Extensions("backport-payload-content", "valueCode", ["id-only"]),
            },
        };
        if (filters.Count > 0) form["_criteria"] = Extensions("backport-filter-criteria", "valueString", filters);
        return (await Send(HttpMethod.Post, "/fhir/Subscription", form, cancel))["id"]!.GetValue<string>();
    }

    public async Task<Binding> Bind(string subscription, CancellationToken cancel)
    {
        var binding = await Send(HttpMethod.Get, $"/fhir/Subscription/{subscription}/$get-ws-binding-token", body: null, cancel);
        return new Binding(
            new Uri(Parameter(binding, "websocket-url")["valueUrl"]!.GetValue<string>()),
            Parameter(binding, "token")["valueString"]!.GetValue<string>());
    }

    /// <summary>The notification that the server makes of the events from this number on, a thousand at most.</summary>
    public Task<JsonNode> EventsFrom(string subscription, long number, CancellationToken cancel) => Send(
        HttpMethod.Get, $"/fhir/Subscription/{subscription}/$events?eventsSinceNumber={number.ToString(CultureInfo.InvariantCulture)}",
        body: null, cancel);

    public void Dispose() => http.Dispose();

    internal static JsonNode Parameter(JsonNode parameters, string name) =>
        parameters["parameter"]!.AsArray().First(each => each!["name"]!.GetValue<string>() == name)!;

    private static bool IsTo(JsonNode subscription, string canonical, IReadOnlyList<string> filters) =>
        subscription["channel"]!["type"]!.GetValue<string>() == "websocket"
            && subscription["criteria"]!.GetValue<string>() == canonical
            && (subscription["_criteria"]?["extension"]?.AsArray() ?? []).Select(each => each!["valueString"]!.GetValue<string>())
                .SequenceEqual(filters);

    private static JsonObject Extensions(string name, string type, IReadOnlyList<string> values) => new()
    {
        ["extension"] = new JsonArray([.. values.Select(value => new JsonObject { ["url"] = $"{Guide}/{name}", [type] = value })]),
    };

    // A refusal is an OperationOutcome that says what is wrong.
    private async Task<JsonNode> Send(HttpMethod method, string path, JsonNode? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/fhir+json");
        using var answer = await http.SendAsync(request, cancel);
        var text = await answer.Content.ReadAsStringAsync(cancel);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new HttpRequestException($"{(int)answer.StatusCode}: {text}");
    }
}
