using System.Text.Json;

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
            Assert.Equal(type.GetProperty("conditionalDelete").GetString() == "single", declared.Contains("delete"));
        }
    }

    private async Task<List<JsonElement>> Types() =>
        [.. (await new Person(server, token: null).Get("metadata")).Is(200).Json.GetProperty("rest")[0].GetProperty("resource").EnumerateArray()];
}

public sealed class DeclaredOnSqlite(SqliteFhirServer server) : DeclaredTests(server);

public sealed class DeclaredOnPostgres(PostgresFhirServer server) : DeclaredTests(server);
