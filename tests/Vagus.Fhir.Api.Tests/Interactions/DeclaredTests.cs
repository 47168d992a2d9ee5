using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Vagus.Fhir.Interactions;

namespace Vagus.Fhir.Api.Tests.Interactions;

/// <summary>The CapabilityStatement is held against what the server does.</summary>
public abstract class DeclaredTests(FhirServer server)
{
    [Fact]
    public async Task Every_declared_operation_answers_and_no_other_type_has_it()
    {
        var provider = await (await Clinic.Open(server)).Admin();
        (await provider.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        (await provider.Put(
            "Encounter/p",
            """{"resourceType":"Encounter","id":"p","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p"}}""")).Is(201);

        foreach (var type in await Types())
        {
            var declared = type.TryGetProperty("operation", out var operations)
                ? operations.EnumerateArray().Select(each => each.GetProperty("name").GetString()!).ToList() : [];
            var name = type.GetProperty("type").GetString();
            foreach (var (operation, path) in new[] { ("everything", "p/$everything"), ("lastn", "$lastn?patient=p"), ("match", "$match") })
            {
                var answer = operation == "match" ? await provider.Post($"{name}/{path}", "{}") : await provider.Get($"{name}/{path}");
                var isThere = answer.Status is 200 or 400;
                Assert.True(declared.Contains(operation) == isThere, $"{name}/{path}: {answer.Status}");
            }

            Assert.Contains("validate", declared);
            Assert.NotEqual(404, (await provider.Post($"{name}/$validate", $$"""{"resourceType":"{{name}}"}""")).Status);
        }
    }

    [Fact]
    public async Task What_is_declared_of_operations_is_what_there_is()
    {
        string[] apart = ["$export-status"];
        var routes = server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText!.TrimStart('/').Split('/')).Where(parts => parts[0] == "fhir")
            .Where(parts => Array.Exists(parts, part => part.StartsWith('$') && !apart.Contains(part))).ToList();
        var provider = await (await Clinic.Open(server)).Admin();

        foreach (var parts in routes)
        {
            var (level, name) = (parts.Length, parts[^1][1..]);
            Assert.Contains(
                Operations.All, row => row.Name == name && (level switch { 2 => row.OnSystem, 3 => row.OnType, _ => row.OnInstance }));
        }

        foreach (var row in Operations.All)
        {
            Assert.Contains(routes, parts => parts[^1] == $"${row.Name}" && (!row.OnSystem || parts.Length == 2)
                && (!row.OnType || row.OnInstance || parts.Length == 3) && (!row.OnInstance || row.OnType || parts.Length == 4));
            var definition = (await provider.Get($"OperationDefinition/{row.Id}")).Is(200);
            Assert.Equal(row.Definition, definition.Json.GetProperty("url").GetString());
            await IsValid(provider, definition);
        }
    }

    [Fact]
    public async Task Every_declared_search_parameter_has_a_definition()
    {
        var provider = await (await Clinic.Open(server)).Admin();
        var declared = (await Types()).SelectMany(type => type.GetProperty("searchParam").EnumerateArray()
            .Select(each => (Type: type.GetProperty("type").GetString(), Parameter: each))).ToList();

        foreach (var ofDefinition in declared.GroupBy(each => each.Parameter.GetProperty("definition").GetString()!))
        {
            var definition = (await provider.Get($"SearchParameter/{ofDefinition.Key[(ofDefinition.Key.LastIndexOf('/') + 1)..]}")).Is(200);
            Assert.Equal(ofDefinition.Key, definition.Json.GetProperty("url").GetString());
            Assert.Equal(ofDefinition.First().Parameter.GetProperty("type").GetString(), definition.Json.GetProperty("type").GetString());
            await IsValid(provider, definition);
        }

        Assert.DoesNotContain(declared, each => each.Type == "Bundle" && each.Parameter.GetProperty("name").GetString() is "composition" or "message");
        (await provider.Get("SearchParameter/none")).IsRefused(404, "not-found");
        (await provider.Get("OperationDefinition/none")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task Every_extension_of_messages_has_a_definition()
    {
        var provider = await (await Clinic.Open(server)).Admin();

        foreach (var extension in OwnExtensions.All)
        {
            var definition = (await provider.Get($"StructureDefinition/{extension.Id}")).Is(200);
            Assert.Equal((extension.Id, "Extension"), (
                definition.Json.GetProperty("url").GetString(), definition.Json.GetProperty("type").GetString()));
            await IsValid(provider, definition);
        }

        (await provider.Get("StructureDefinition/none")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task A_definition_of_the_tenant_goes_before_that_of_the_server()
    {
        var provider = await (await Clinic.Open(server)).Admin();
        var own = (await provider.Get("SearchParameter/Patient-animal")).Status == 200 ? "Patient-animal" : "individual-phonetic";
        var served = (await provider.Get($"SearchParameter/{own}")).Is(200);

        (await provider.Put($"SearchParameter/{own}", served.Text.Replace("\"active\"", "\"draft\"", StringComparison.Ordinal))).Is(201);

        Assert.Equal("draft", (await provider.Get($"SearchParameter/{own}")).Is(200).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task The_statement_is_valid_and_names_the_program()
    {
        var provider = await (await Clinic.Open(server)).Admin();
        var statement = (await provider.Get("metadata")).Is(200);

        await IsValid(provider, statement);
        Assert.NotNull(statement.ETag);
        Assert.Matches("^[0-9]+[.]", statement.Json.GetProperty("software").GetProperty("version").GetString());
        Assert.All(await Types(), type => Assert.Equal("versioned", type.GetProperty("versioning").GetString()));
    }

    private static async Task IsValid(Person person, Answer answer)
    {
        var type = answer.Json.GetProperty("resourceType").GetString();
        var outcome = (await person.Post($"{type}/$validate", answer.Text)).Is(200);
        Assert.True(outcome.Json.GetProperty("issue")[0].GetProperty("severity").GetString() == "information", $"{outcome.Text} {answer.Text}");
    }

    [Fact]
    public async Task Every_declared_interaction_is_not_answered_as_one_that_there_is_not()
    {
        var provider = await (await Clinic.Open(server)).Admin();
        foreach (var type in await Types())
        {
            var name = type.GetProperty("type").GetString();
            var declared = type.GetProperty("interaction").EnumerateArray().Select(each => each.GetProperty("code").GetString()).ToList();

            Assert.Equal(declared.Contains("history-type"), (await provider.Get($"{name}/_history")).Status == 200);
            Assert.Equal(
                declared.Contains("patch"),
                (await provider.Send(HttpMethod.Patch, $"/fhir/{name}/none", "[]")).Json.GetProperty("issue")[0].GetProperty("code").GetString()
                    == "not-found");
            Assert.Equal(declared.Contains("delete"), (await provider.Delete($"{name}/none")).Status == 204);
            Assert.Equal(type.GetProperty("conditionalDelete").GetString() == "multiple", declared.Contains("delete"));
        }
    }

    [Fact]
    public async Task What_is_kept_as_evidence_is_not_declared_to_be_changed()
    {
        var types = (await Types()).ToDictionary(type => type.GetProperty("type").GetString()!);
        string Codes(string type) =>
            string.Join(' ', types[type].GetProperty("interaction").EnumerateArray().Select(each => each.GetProperty("code").GetString()));

        Assert.Equal("read search-type", Codes("AuditEvent"));
        Assert.Equal("read vread history-instance history-type create search-type", Codes("Provenance"));
        Assert.Equal("not-supported", types["AuditEvent"].GetProperty("conditionalRead").GetString());
        Assert.Equal("full-support", types["Provenance"].GetProperty("conditionalRead").GetString());
        Assert.All((string[])["AuditEvent", "Provenance"], type => Assert.False(types[type].GetProperty("conditionalUpdate").GetBoolean()));
    }

    [Fact]
    public async Task Parameters_that_are_not_as_R4_has_them_say_so()
    {
        var types = (await Types()).ToDictionary(type => type.GetProperty("type").GetString()!);
        JsonElement Parameter(string type, string name) =>
            types[type].GetProperty("searchParam").EnumerateArray().Single(each => each.GetProperty("name").GetString() == name);

        foreach (var (type, name) in new[] { ("DetectedIssue", "status"), ("ServiceRequest", "order-detail") })
            Assert.StartsWith(server.Address.ToString(), Parameter(type, name).GetProperty("definition").GetString(), StringComparison.Ordinal);
        Assert.Contains("not by sound", Parameter("Patient", "phonetic").GetProperty("documentation").GetString(), StringComparison.Ordinal);
        Assert.StartsWith(
            "http://hl7.org/fhir/SearchParameter/", Parameter("Patient", "phonetic").GetProperty("definition").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_changed_since_is_answered_so_as_declared_and_the_statement_itself_too()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var tag = (await provider.Put("Patient/p", Sample.Patient("P", "p"))).Is(201).ETag;
        var statement = (await provider.Get("metadata")).Is(200);

        (await provider.Get("Patient/p", request => request.Headers.TryAddWithoutValidation("If-None-Match", tag))).Is(304);
        Assert.Equal((await provider.Get("metadata")).ETag, statement.ETag);
        Assert.All((await Types()).Where(type => type.GetProperty("type").GetString() != "AuditEvent"), type =>
            Assert.Equal("full-support", type.GetProperty("conditionalRead").GetString()));
    }

    private async Task<List<JsonElement>> Types() =>
        [.. (await new Person(server, token: null).Get("metadata")).Is(200).Json.GetProperty("rest")[0].GetProperty("resource").EnumerateArray()];
}

public sealed class DeclaredOnSqlite(SqliteFhirServer server) : DeclaredTests(server);

public sealed class DeclaredOnPostgres(PostgresFhirServer server) : DeclaredTests(server);
