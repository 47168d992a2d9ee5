using System.Text;
using System.Text.Json;
using Vagus.Fhir.Imports;

namespace Vagus.Fhir.Api.Tests.Input;

/// <summary>
/// Values that are too long or of another form than their type, and narratives, are refused alike on every door, with their place.
/// </summary>
public abstract class FormTests(FhirServer server)
{
    private const int MaximumLength = 1024 * 1024;
    private const string Xhtml = "<div xmlns='http://www.w3.org/1999/xhtml'>";

    /// <summary>A property of a Patient, its value, where the flaw is and how the finding begins.</summary>
    public static TheoryData<string, string, string, string> Flaws => new()
    {
        { "contained", $$"""[{"resourceType":"Organization","id":"{{new string('x', 65)}}"}]""", ".contained[0].id", "Is not a valid id" },
        { "contained", """[{"resourceType":"Organization","id":"a_b"}]""", ".contained[0].id", "Is not a valid id" },
        { "language", "\" en\"", ".language", "Is not a valid code" },
        { "language", "\"e  n\"", ".language", "Is not a valid code" },
        { "implicitRules", "\"urn: x\"", ".implicitRules", "Is not a valid uri" },
        { "identifier", """[{"value":"1"},{"system":"urn:x\ty","value":"2"}]""", ".identifier[1].system", "Is not a valid uri" },
        { "contact", """[{"name":{"family":"a\u0001b"}}]""", ".contact[0].name.family", "Holds a control character" },
        { "contact", """[{"name":{"family":""}}]""", ".contact[0].name.family", "Must not be empty" },
        { "contact", """[{"name":{"given":["a"],"_given":[null,{"id":"x"}]}}]""", ".contact[0].name.given[1]", "Values and extensions" },
        { "contact", """[{"name":{"given":["a","b"],"_given":[{"id":"x"}]}}]""", ".contact[0].name.given[1]", "Values and extensions" },
        { "text", Narrative($"{Xhtml}x<script>y</script></div>"), ".text.div", "txt-1: " },
        { "text", Narrative($"{Xhtml}<p onclick='x'>x</p></div>"), ".text.div", "txt-1: " },
        { "text", Narrative($"{Xhtml}<img src='https://example.org/x.png'/></div>"), ".text.div", "txt-1: " },
        { "text", Narrative($"{Xhtml}<p>x</div>"), ".text.div", "txt-1: " },
        { "text", Narrative($"{Xhtml}a & b</div>"), ".text.div", "txt-1: " },
        { "text", Narrative("<div>x</div>"), ".text.div", "txt-1: " },
        { "text", Narrative($"{Xhtml}x</div>{Xhtml}y</div>"), ".text.div", "txt-1: " },
        { "text", Narrative($"{Xhtml} </div>"), ".text.div", "txt-2: " },
    };

    [Theory]
    [MemberData(nameof(Flaws))]
    public Task A_value_of_a_wrong_form_is_refused_on_every_door_with_its_place(string name, string value, string place, string begins) =>
        IsRefused(name, value, place, begins);

    [Theory]
    [InlineData("language", ".language")]
    [InlineData("implicitRules", ".implicitRules")]
    [InlineData("contact", ".contact[0].name.family")]
    public async Task A_value_over_its_length_is_refused_on_every_door_with_its_place(string name, string place)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        string Value(int length) => $"\"{new string('x', length)}\"";
        string Of(int length) => name == "contact" ? $$$"""[{"name":{"family":{{{Value(length)}}}}}]""" : Value(length);

        await IsRefused(name, Of(MaximumLength + 1), place, "Is longer than 1 MB");
        (await provider.Create(Sample.Patient(more: $",\"{name}\":{Of(MaximumLength)}"))).Is(201);
    }

    private async Task IsRefused(string name, string value, string place, string begins)
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        (await provider.Put("Patient/a", Sample.Patient("A", "a"))).Is(201);
        var body = Sample.Patient("A", "a", $",\"{name}\":{value}");
        var patch = $$"""[{"op":"add","path":"/{{name}}","value":{{value}}}]""";
        void JsonPatch(HttpRequestMessage request) => request.Content!.Headers.ContentType = new("application/json-patch+json");

        Is(await provider.Create(body), "Patient");
        Is(await provider.Put("Patient/a", body), "Patient");
        Is(await provider.Send(HttpMethod.Patch, "/fhir/Patient/a", patch, JsonPatch), "Patient");
        Is(await provider.Put("Patient?family=A", body), "Patient");
        Is(await provider.Bundle("transaction", Sample.Put(body, "Patient/a")), "Bundle.entry[0].resource");
        foreach (var entry in (await provider.Bundle("batch", Sample.Put(body, "Patient/a"), Sample.Post(body))).Is(200).Entries)
        {
            Assert.Equal("400", entry.GetProperty("response").GetProperty("status").GetString());
            Finds(entry.GetProperty("response").GetProperty("outcome"), "Patient");
        }

        var told = new List<RefusedLine>();
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(body));
        await server.Get<ImportResources>().Run(clinic.Tenant, file, _ => { }, told.Add, TestContext.Current.CancellationToken);

        Assert.StartsWith($"Patient{place}: {begins}", Assert.Single(told).Reason, StringComparison.Ordinal);
        Assert.Equal("1", (await provider.Get("Patient/a")).Is(200).VersionId);
        Assert.Equal(1, (await provider.Get("Patient?_summary=count")).Total);

        void Is(Answer answer, string root) => Finds(answer.Is(400).Json, root);

        void Finds(JsonElement outcome, string root) => Assert.Contains(
            outcome.GetProperty("issue").EnumerateArray(),
            issue => issue.GetProperty("expression")[0].GetString() == $"{root}{place}"
                && issue.GetProperty("diagnostics").GetString()!.StartsWith(begins, StringComparison.Ordinal));
    }

    private static string Narrative(string div) => $$"""{"status":"generated","div":"{{div}}"}""";
}

public sealed class FormsOnSqlite(SqliteFhirServer server) : FormTests(server);

public sealed class FormsOnPostgres(PostgresFhirServer server) : FormTests(server);
