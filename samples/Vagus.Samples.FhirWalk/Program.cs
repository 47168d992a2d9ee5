using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

// dotnet run --project samples/Vagus.Samples.FhirWalk -- http://localhost:3000 EMAIL
// Creates a patient, finds it, changes it only if nobody else has, and reads its history. The password comes from VAGUS_PASSWORD.
if (args is not [var server, var email])
{
    await Console.Error.WriteLineAsync("SERVER EMAIL");
    return 1;
}

using var http = new HttpClient { BaseAddress = new Uri(server) };
using var signedIn = await http.PostAsJsonAsync(
    "/api/auth/login", new { email, password = Environment.GetEnvironmentVariable("VAGUS_PASSWORD") });
signedIn.EnsureSuccessStatusCode();
var token = (await signedIn.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString();
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

// Create. Location names the version; ETag is what an update shows.
var family = $"Sample-{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}";
var patient = new JsonObject
{
    ["resourceType"] = "Patient",
    ["name"] = new JsonArray(new JsonObject { ["family"] = family, ["given"] = new JsonArray("Ada") }),
    ["birthDate"] = "1984-06-02",
};
using var created = await Send(HttpMethod.Post, "/fhir/Patient", patient, ifMatch: null);
var stored = await Body(created);
var id = (string)stored["id"]!;
Console.WriteLine($"created Patient/{id} as version {(string)stored["meta"]!["versionId"]!}");

// Search.
var found = await Body(await http.GetAsync($"/fhir/Patient?family={family}&birthdate=1984-06-02"));
Console.WriteLine($"found {found["total"]?.ToString() ?? found["entry"]!.AsArray().Count.ToString()}");

// Change it, only on top of what was read: somebody else's change in between is refused with 412.
stored["telecom"] = new JsonArray(new JsonObject { ["system"] = "phone", ["value"] = "555-0100" });
using var updated = await Send(HttpMethod.Put, $"/fhir/Patient/{id}", stored, created.Headers.ETag);
Console.WriteLine($"updated to version {(string)(await Body(updated))["meta"]!["versionId"]!}");
using var late = await Send(HttpMethod.Put, $"/fhir/Patient/{id}", stored, created.Headers.ETag);
Console.WriteLine(late.StatusCode == HttpStatusCode.PreconditionFailed ? "a late update is refused" : $"unexpected: {late.StatusCode}");

// History, newest first.
foreach (var entry in (await Body(await http.GetAsync($"/fhir/Patient/{id}/_history")))["entry"]!.AsArray())
    Console.WriteLine($"history: version {(string)entry!["resource"]!["meta"]!["versionId"]!}, {(string)entry["request"]!["method"]!}");
return 0;

async Task<HttpResponseMessage> Send(HttpMethod method, string path, JsonNode body, EntityTagHeaderValue? ifMatch)
{
    using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/fhir+json") };
    if (ifMatch is not null) request.Headers.IfMatch.Add(ifMatch);
    return await http.SendAsync(request);
}

// A refusal is an OperationOutcome that says what is wrong.
static async Task<JsonNode> Body(HttpResponseMessage answer)
{
    var text = await answer.Content.ReadAsStringAsync();
    return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new HttpRequestException($"{(int)answer.StatusCode}: {text}");
}
