using System.Net.Http.Headers;
using System.Text;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Interactions;

/// <summary>PATCH with a JSON Patch or a FHIRPath Patch, by itself and in Bundles.</summary>
public abstract class PatchTests(FhirServer server)
{
    private const string Rename = """[{"op":"test","path":"/name/0/family","value":"Old"},{"op":"replace","path":"/name/0/family","value":"New"}]""";

    [Fact]
    public async Task A_json_patch_makes_the_next_version_and_leaves_all_else_to_the_letter()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put(
            "Observation/o", Sample.Observation("Patient/p", id: "o", more: ""","valueQuantity":{"value":1.10,"unit":"é"}"""))).Is(201);

        var patched = (await Patch(provider, "Observation/o", """[{"op":"replace","path":"/status","value":"amended"}]""")).Is(200);

        Assert.Equal(("2", "W/\"2\""), (patched.VersionId, patched.ETag));
        Assert.Contains("\"status\":\"amended\",\"code\"", patched.Text, StringComparison.Ordinal);
        Assert.EndsWith("\"valueQuantity\":{\"value\":1.10,\"unit\":\"é\"}}", patched.Text, StringComparison.Ordinal);
        Assert.Equal(patched.Text, (await provider.Get("Observation/o")).Is(200).Text);
        Assert.Equal(
            "PATCH",
            (await provider.Get("Observation/o/_history")).Is(200).Entries[0].GetProperty("request").GetProperty("method").GetString());
    }

    [Fact]
    public async Task A_fhirpath_patch_does_the_same()
    {
        var provider = await WithPatient();

        var patched = (await Patch(
            provider, "Patient/a", Parameters("replace", "Patient.name.where(family = 'Old').family", "valueString", "New"),
            "application/fhir+json")).Is(200);

        Assert.Equal(["a"], (await provider.Get("Patient?family=new")).Is(200).Ids);
        Assert.Equal("2", patched.VersionId);
    }

    [Theory]
    [InlineData(Rename, 200)]
    [InlineData("""[{"op":"test","path":"/name/0/family","value":"Other"}]""", 422)]
    [InlineData("""[{"op":"replace","path":"/birthDate","value":"1930"}]""", 422)]
    [InlineData("""[{"op":"add","path":"/shoeSize","value":44}]""", 400)]
    [InlineData("""[{"op":"replace","path":"/id","value":"b"}]""", 400)]
    [InlineData("""[{"op":"replace","path":"","value":{"resourceType":"Basic","id":"a","code":{"text":"x"}}}]""", 400)]
    [InlineData("""[{"op":"replace","path":"/name/0/family","value":""}]""", 400)]
    [InlineData("""[{"op":"replace"}]""", 400)]
    [InlineData("""{"resourceType":"Patient"}""", 400)]
    [InlineData("nonsense", 400)]
    public async Task A_patch_is_done_whole_or_not_at_all(string patch, int status)
    {
        var provider = await WithPatient();

        (await Patch(provider, "Patient/a", patch)).Is(status);

        Assert.Equal(status == 200 ? "2" : "1", (await provider.Get("Patient/a")).Is(200).VersionId);
    }

    [Fact]
    public async Task If_Match_and_what_is_not_there_are_answered_as_for_an_update()
    {
        var provider = await WithPatient();

        (await Patch(provider, "Patient/a", Rename, ifMatch: "W/\"2\"")).IsRefused(412, "conflict");
        (await Patch(provider, "Patient/a", Rename, ifMatch: "W/\"1\"")).Is(200);
        (await Patch(provider, "Patient/none", Rename)).IsRefused(404, "not-found");
        (await provider.Delete("Patient/a")).Is(204);
        (await Patch(provider, "Patient/a", Rename)).IsRefused(410, "deleted");
        (await Patch(provider, "Patient/a", Rename, "text/plain")).IsRefused(415, "not-supported");
    }

    [Fact]
    public async Task Of_many_patches_at_the_same_moment_none_is_lost()
    {
        var provider = await WithPatient();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            number => Patch(provider, "Patient/a", $$$"""[{"op":"add","path":"/name/-","value":{"family":"N{{{number}}}"}}]""")));

        Assert.All(answers, answer => answer.Is(200));
        Assert.Equal(17, (await provider.Get("Patient/a")).Is(200).Json.GetProperty("name").GetArrayLength());
    }

    [Fact]
    public async Task A_patch_of_what_is_hidden_is_one_of_what_is_not_there_and_tests_tell_nothing()
    {
        var clinic = await Clinic.Open(server);
        var (sees, blind) = (await clinic.Provider(), await clinic.Provider(seesSensitive: false));
        (await sees.Put("Observation/h", Sample.Observation("Patient/p", id: "h", more: Sample.Labelled("R")))).Is(201);

        foreach (var status in new[] { "final", "amended" })
        {
            (await Patch(blind, "Observation/h", $$$"""[{"op":"test","path":"/status","value":"{{{status}}}"}]"""))
                .IsRefused(404, "not-found");
        }

        (await Patch(blind, "Observation/h", Rename, ifMatch: "W/\"1\"")).IsRefused(412, "conflict");
        (await Patch(blind, "Observation?code=718-7", Rename)).IsRefused(404, "not-found");
        (await Patch(await clinic.Has(Role.Driver), "Observation/h", Rename)).IsRefused(403, "forbidden");
        (await Patch(sees, "Provenance/x", Rename)).IsRefused(403, "forbidden");
    }

    [Fact]
    public async Task A_patch_that_takes_a_label_away_keeps_it()
    {
        var provider = await (await Clinic.Open(server)).Provider(seesSensitive: true);
        (await provider.Put("Observation/h", Sample.Observation("Patient/p", id: "h", more: Sample.Labelled("R")))).Is(201);

        var patched = (await Patch(provider, "Observation/h", """[{"op":"remove","path":"/meta/security"}]""")).Is(200);

        Assert.Contains("\"code\":\"R\"", patched.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conditional_patch_changes_the_one_match()
    {
        var provider = await WithPatient();

        (await Patch(provider, "Patient?family=nobody", Rename)).IsRefused(404, "not-found");
        (await Patch(provider, "Patient?family=old", Rename)).Is(200);
        (await provider.Create(Sample.Patient("New"))).Is(201);
        (await Patch(provider, "Patient?family=new", Rename)).IsRefused(412, "multiple-matches");
        (await Patch(provider, "Patient", Rename)).IsRefused(400, "invalid");
    }

    [Theory]
    [InlineData("batch")]
    [InlineData("transaction")]
    public async Task Bundles_patch_by_a_binary_and_by_parameters(string type)
    {
        var provider = await WithPatient();
        (await provider.Put("Patient/b", Sample.Patient("Second", "b"))).Is(201);
        var binary = $$$"""{"resourceType":"Binary","contentType":"application/json-patch+json","data":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(Rename))}}}"}""";

        var answer = (await provider.Bundle(
            type, Entry(binary, "Patient/a"), Entry(Parameters("add", "Patient", "valueDate", "1930-01-01", "birthDate"), "Patient?family=second")))
            .Is(200);

        Assert.Equal(["200", "200"], answer.Statuses);
        Assert.Equal(["a"], (await provider.Get("Patient?family=new")).Is(200).Ids);
        Assert.Equal(["b"], (await provider.Get("Patient?birthdate=1930-01-01")).Is(200).Ids);
    }

    [Fact]
    public async Task A_patch_within_a_transaction_links_to_what_the_transaction_creates()
    {
        const string urn = "urn:uuid:0b0a1f6c-0000-4000-8000-000000000001";
        var provider = await (await Clinic.Open(server)).Admin();
        (await provider.Put("Observation/o", Sample.Observation("Patient/p", id: "o"))).Is(201);

        var answer = (await provider.Bundle(
            "transaction",
            Entry(Parameters("add", "Observation", "valueReference", $$$"""{"reference":"{{{urn}}}"}""", "performer", raw: true), "Observation/o"),
            Sample.Post("""{"resourceType":"Practitioner"}""", urn))).Is(200);

        var practitioner = answer.Entries[1].GetProperty("response").GetProperty("location").GetString()!.Split('/')[^3];
        Assert.Equal(
            $"Practitioner/{practitioner}",
            (await provider.Get("Observation/o")).Json.GetProperty("performer")[0].GetProperty("reference").GetString());
    }

    private async Task<Person> WithPatient()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/a", Sample.Patient("Old", "a"))).Is(201);
        return provider;
    }

    private static Task<Answer> Patch(
        Person person, string path, string patch, string media = "application/json-patch+json", string? ifMatch = null) =>
        person.Send(HttpMethod.Patch, $"/fhir/{path}", patch, request =>
        {
            request.Content!.Headers.ContentType = new MediaTypeHeaderValue(media);
            if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        });

    private static string Parameters(string type, string path, string property, string value, string? name = null, bool raw = false)
    {
        var named = name is null ? "" : $$$"""{"name":"name","valueString":"{{{name}}}"},""";
        return $$$"""{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"{{{type}}}"},{"name":"path","valueString":"{{{path}}}"},{{{named}}}{"name":"value","{{{property}}}":{{{(raw ? value : Sample.Json(value))}}}}]}]}""";
    }

    private static string Entry(string patch, string url) =>
        $$$"""{"resource":{{{patch}}},"request":{"method":"PATCH","url":"{{{url}}}"}}""";
}

public sealed class PatchesOnSqlite(SqliteFhirServer server) : PatchTests(server);

public sealed class PatchesOnPostgres(PostgresFhirServer server) : PatchTests(server);
