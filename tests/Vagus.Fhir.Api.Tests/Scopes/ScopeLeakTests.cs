using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Scopes;

/// <summary>
/// Tokens with scopes of each kind, by every way to a resource: what is within the scope is found, of the rest not a word. Each resource
/// holds a text of its own that nothing else holds.
/// </summary>
public abstract class ScopeLeakTests(FhirServer server)
{
    private static readonly (string Type, string Id)[] Records =
    [
        ("Observation", "a-lab"), ("Observation", "a-vital"), ("Observation", "b-lab"), ("Observation", "b-vital"),
        ("Condition", "a-problem"), ("Condition", "b-problem"), ("Patient", "a"), ("Patient", "b"),
    ];

    private static readonly (string Name, Func<Person, string, string, Task<Answer>> Ask)[] Ways =
    [
        ("read", (who, type, id) => who.Get($"{type}/{id}")),
        ("search", (who, type, id) => who.Get($"{type}?_id={id}")),
        ("search by form", (who, type, id) => who.Search(type, $"_id={id}")),
        ("batch read", (who, type, id) => who.Bundle("batch", Entry("GET", $"{type}/{id}"))),
        ("batch search", (who, type, id) => who.Bundle("batch", Entry("GET", $"{type}?_id={id}"))),
        ("transaction read", (who, type, id) => who.Bundle("transaction", Entry("GET", $"{type}/{id}"))),
        ("transaction search", (who, type, id) => who.Bundle("transaction", Entry("GET", $"{type}?_id={id}"))),
        ("all of a type", (who, type, _) => who.Get($"{type}?_count=100")),
        ("search by subject", (who, type, id) => who.Get($"{type}?subject=Patient/{id[0]}")),
        ("included", (who, type, id) => who.Get($"{type}?_id={id}&_include={type}:subject")),
        ("chained", (who, type, id) => who.Get($"{type}?subject:Patient.family=canary-{id[0]}")),
        ("version", (who, type, id) => who.Get($"{type}/{id}/_history/1")),
        ("history", (who, type, id) => who.Get($"{type}/{id}/_history")),
        ("batch version", (who, type, id) => who.Bundle("batch", Entry("GET", $"{type}/{id}/_history/1"))),
        ("batch history", (who, type, id) => who.Bundle("batch", Entry("GET", $"{type}/{id}/_history"))),
    ];

    /// <summary>The ways that find every record that is within the scope, those of granular scopes too.</summary>
    private const int Finding = 8;

    [Fact]
    public async Task Tokens_of_each_kind_find_what_is_within_their_scopes_and_nothing_else_by_any_way()
    {
        var (clinic, admin) = await Fill();
        var tokens = new ScopedTokens(clinic);
        (string Scopes, Person Who, string[] Within)[] kinds =
        [
            ("patient/, a patient", await tokens.OfUser(Role.Patient, "patient/Observation.rs", "a"), ["a-lab", "a-vital"]),
            ("patient/ v1, a patient", await tokens.OfUser(Role.Patient, "patient/Condition.read", "a"), ["a-problem"]),
            ("patient/, granular", await tokens.OfUser(Role.Patient, "patient/Observation.rs?category=laboratory", "a"), ["a-lab"]),
            ("patient/, staff", await tokens.OfUser(Role.Nurse, "patient/Observation.rs", "a"), ["a-lab", "a-vital"]),
            ("patient/*, staff", await tokens.OfUser(Role.Nurse, "patient/*.rs", "a"), ["a-lab", "a-vital", "a-problem", "a"]),
            ("user/", await tokens.OfUser(Role.Nurse, "user/Observation.rs"), ["a-lab", "a-vital", "b-lab", "b-vital"]),
            ("user/, granular", await tokens.OfUser(Role.Nurse, "user/Observation.rs?category=laboratory"), ["a-lab", "b-lab"]),
            ("two granular", await tokens.OfUser(
                Role.Nurse, "user/Observation.rs?category=laboratory user/Observation.rs?category=vital-signs"),
                ["a-lab", "a-vital", "b-lab", "b-vital"]),
            ("system/", await tokens.OfService("system/Condition.rs"), ["a-problem", "b-problem"]),
            ("system/, granular", await tokens.OfService("system/Observation.rs?category=vital-signs"), ["a-vital", "b-vital"]),
        ];

        var asked = 0;
        foreach (var (scopes, who, within) in kinds)
        {
            foreach (var (type, id) in Records)
            {
                for (var way = 0; way < Ways.Length; way++)
                {
                    var answer = await Ways[way].Ask(who, type, id);
                    asked++;
                    var shown = Records.Where(record => answer.Text.Contains(Canary(record.Id), StringComparison.Ordinal)).ToList();
                    Assert.True(
                        shown.TrueForAll(record => within.Contains(record.Id, StringComparer.Ordinal)),
                        $"{scopes} by {Ways[way].Name} of {type}/{id} shows {string.Join(", ", shown)}: {answer.Text}");
                    if (way >= Finding || !within.Contains(id, StringComparer.Ordinal)) continue;
                    Assert.True(
                        shown.Exists(record => record.Id == id), $"{scopes} by {Ways[way].Name} does not find {type}/{id}: {answer.Text}");
                }

                await WritesNothing(who, type, id);
            }
        }

        Assert.Equal(kinds.Length * Records.Length * Ways.Length, asked);
        foreach (var (type, id) in Records) Assert.Equal("1", (await admin.Get($"{type}/{id}")).Is(200).VersionId);
    }

    [Fact]
    public async Task Each_interaction_is_asked_by_itself()
    {
        var (clinic, _) = await Fill();
        var tokens = new ScopedTokens(clinic);
        var reader = await tokens.OfUser(Role.Nurse, "user/Observation.r");
        var searcher = await tokens.OfUser(Role.Nurse, "user/Observation.s");
        var creator = await tokens.OfUser(Role.Nurse, "user/Observation.c");
        var updater = await tokens.OfUser(Role.Nurse, "user/Observation.u");

        (await reader.Get("Observation/a-lab")).Is(200);
        (await reader.Get("Observation?_id=a-lab")).Is(403);
        (await searcher.Get("Observation/a-lab")).Is(403);
        (await creator.Get("Observation/a-lab")).Is(403);
        (await creator.Create(Observation("", "a", "laboratory"))).Is(201);
        (await creator.Put("Observation/a-lab", Observation("a-lab", "a", "laboratory"))).Is(403);
        (await updater.Create(Observation("", "a", "laboratory"))).Is(403);
        (await updater.Delete("Observation/a-lab")).Is(403);
        (await searcher.Create(Observation("", "a", "laboratory"))).Is(403);
    }

    [Fact]
    public async Task A_conditional_create_asks_nothing_that_the_scopes_do_not_let_search()
    {
        var (clinic, _) = await Fill();
        var creator = await new ScopedTokens(clinic).OfUser(Role.Nurse, "user/Observation.c");
        var answers = new List<(int Alone, int Together, string OneByOne)>();
        foreach (var condition in new[] { "_id=a-lab", "_id=nobody" })
        {
            var entry = $$$"""
                {"resource":{{{Observation("", "a", "laboratory")}}},"request":{"method":"POST","url":"Observation","ifNoneExist":"{{{condition}}}"}}
                """;
            var alone = await creator.Create(
                Observation("", "a", "laboratory"), request => request.Headers.TryAddWithoutValidation("If-None-Exist", condition));
            var together = await creator.Bundle("transaction", entry);
            var oneByOne = await creator.Bundle("batch", entry);
            answers.Add((alone.Status, together.Status, oneByOne.Statuses.Single()));
        }

        Assert.Equal(answers[0], answers[1]);
        Assert.NotInRange(answers[0].Alone, 200, 299);
        Assert.Equal(403, answers[0].Together);
        Assert.StartsWith("4", answers[0].OneByOne, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scope_adds_nothing_to_what_the_user_may()
    {
        var (clinic, _) = await Fill();
        var tokens = new ScopedTokens(clinic);
        var patient = await tokens.OfUser(Role.Patient, "user/*.cruds", "a");
        var desk = await tokens.OfUser(Role.FrontDesk, "user/*.cruds");

        (await patient.Get("Observation/b-lab")).Is(404);
        (await patient.Create(Observation("", "a", "laboratory"))).Is(403);
        (await desk.Get("Observation/a-lab")).Is(403);
        (await desk.Get("Patient/a")).Is(200);
    }

    [Fact]
    public async Task Tokens_of_one_organization_find_nothing_of_the_other_in_either_direction()
    {
        var (north, _) = await Fill();
        var (south, admin) = await Fill(prefix: "south-");
        var ofNorth = await new ScopedTokens(north).OfService("system/*.cruds");
        var ofSouth = await new ScopedTokens(south).OfService("system/*.cruds");

        (await ofNorth.Get("Observation/a-lab")).Is(200);
        (await ofNorth.Get("Observation/south-a-lab")).Is(404);
        (await ofSouth.Get("Observation/south-a-lab")).Is(200);
        (await ofSouth.Get("Observation/a-lab")).Is(404);
        Assert.DoesNotContain("canary-a-lab", (await ofSouth.Get("Observation?_count=100")).Text, StringComparison.Ordinal);
        await ofNorth.Delete("Observation/south-a-lab");
        (await admin.Get("Observation/south-a-lab")).Is(200);
    }

    [Fact]
    public async Task The_audit_names_the_application_and_renders_the_tokens_issue_as_ITI_71_without_secrets()
    {
        var (clinic, admin) = await Fill();
        var service = await new ScopedTokens(clinic).OfService("system/Observation.rs");
        (await service.Get("Observation/a-lab")).Is(200);

        var issued = (await admin.Get("AuditEvent?action=E&_count=200")).Is(200).Entries.Select(entry => entry.GetProperty("resource"))
            .Single(found => found.TryGetProperty("subtype", out var subtype) && subtype[0].GetProperty("code").GetString() == "ITI-71");
        var request = System.Text.Encoding.UTF8.GetString(issued.GetProperty("entity").EnumerateArray()
            .Single(entity => entity.TryGetProperty("query", out _)).GetProperty("query").GetBytesFromBase64());
        Assert.Contains("grant_type=client_credentials", request, StringComparison.Ordinal);
        Assert.DoesNotContain("client_assertion=", request, StringComparison.Ordinal);
        var read = (await admin.Get("AuditEvent?entity=Observation/a-lab&_count=50")).Is(200);
        Assert.Contains(ClientOf(issued), read.Entries.Select(entry => ClientOf(entry.GetProperty("resource"))));
    }

    [Fact]
    public async Task The_server_tells_where_applications_get_tokens()
    {
        var anybody = new Person(server, token: null);
        var configuration = await anybody.Get(
            ".well-known/smart-configuration", request => request.Headers.TryAddWithoutValidation("Accept", "application/fhir+xml"));
        var security = (await anybody.Get("metadata")).Is(200).Json.GetProperty("rest")[0].GetProperty("security");

        Assert.Equal("application/json", configuration.Is(200).ContentHeaders.ContentType?.MediaType);
        Assert.Equal("http://localhost:3000/oauth/token", configuration.Json.GetProperty("token_endpoint").GetString());
        Assert.Equal(["S256"], configuration.Json.GetProperty("code_challenge_methods_supported").EnumerateArray().Select(one => one.GetString()));
        Assert.Contains("SMART-on-FHIR", security.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("http://localhost:3000/oauth/authorize", security.GetRawText(), StringComparison.Ordinal);
    }

    private static string? ClientOf(JsonElement auditEvent) => auditEvent.GetProperty("agent").EnumerateArray()
        .Select(agent => agent.GetProperty("who").GetProperty("identifier"))
        .Where(who => who.GetProperty("system").GetString() == "urn:vagus:client")
        .Select(who => who.GetProperty("value").GetString()).Single();

    private async Task<(Clinic Clinic, Person Admin)> Fill(string prefix = "")
    {
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        foreach (var patient in new[] { "a", "b" })
        {
            (await admin.Put(
                $"Patient/{patient}", $$"""{"resourceType":"Patient","id":"{{patient}}","name":[{"family":"{{Canary(patient)}}"}]}"""))
                .Is(201);
            foreach (var category in new[] { "laboratory", "vital-signs" })
            {
                var id = $"{prefix}{patient}-{(category == "laboratory" ? "lab" : "vital")}";
                (await admin.Put($"Observation/{id}", Observation(id, patient, category))).Is(201);
            }

            var problem = $"{patient}-problem";
            (await admin.Put(
                $"Condition/{problem}",
                $$$"""{"resourceType":"Condition","id":"{{{problem}}}","subject":{"reference":"Patient/{{{patient}}}"},"code":{"text":"{{{Canary(problem)}}}"}}"""))
                .Is(201);
        }

        return (clinic, admin);
    }

    private static async Task WritesNothing(Person who, string type, string id)
    {
        var body = $$"""{"resourceType":"{{type}}","id":"{{id}}"}""";
        foreach (var answer in new[] { await who.Put($"{type}/{id}", body), await who.Delete($"{type}/{id}"), await who.Create(body) })
            Assert.InRange(answer.Status, 400, 499);
    }

    private static string Observation(string id, string patient, string category) => $$"""
        {"resourceType":"Observation","status":"final"{{(id.Length == 0 ? "" : $",\"id\":\"{id}\"")}},
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"{{category}}"}]}],
         "code":{"text":"something"},"subject":{"reference":"Patient/{{patient}}"},"valueString":"{{Canary(id)}}"}
        """;

    // No canary is a part of another one.
    private static string Canary(string id) => $"canary-{id}-end";

    private static string Entry(string method, string url) => $$$"""{"request":{"method":"{{{method}}}","url":"{{{url}}}"}}""";
}

public sealed class ScopeLeakOnSqlite(SqliteFhirServer server) : ScopeLeakTests(server);

public sealed class ScopeLeakOnPostgres(PostgresFhirServer server) : ScopeLeakTests(server);
