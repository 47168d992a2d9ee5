using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Fhir.Api.Tests.Scopes;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Interactions;

/// <summary>References to what is not there, where the organization has a rule about them.</summary>
public abstract class ReferencePolicyTests(FhirServer server)
{
    [Theory]
    [InlineData("Patient/none", "", "subject.reference")]
    [InlineData("Patient/p/_history/2", "", "subject.reference")]
    [InlineData("Patient/p/_history/x", "", "subject.reference")]
    [InlineData("Patient/p", """,'performer':[{'reference':'Patient/p'},{'reference':'Practitioner/none'}]""", "performer[1].reference")]
    [InlineData("Patient/p", """,'extension':[{'url':'urn:x','valueReference':{'reference':'Patient/none'}}]""", "extension[0].valueReference.reference")]
    [InlineData(
        "#c", """,'contained':[{'resourceType':'Patient','id':'c','generalPractitioner':[{'reference':'Practitioner/none'}]}]""",
        "contained[0].generalPractitioner[0].reference")]
    public async Task What_points_at_nothing_is_refused_with_its_place_and_nothing_is_stored(string subject, string more, string place)
    {
        var clinic = await Clinic.Open(server);
        var provider = await WithPatient(clinic);
        var observation = Sample.Observation(subject, id: "o", more: more.Replace('\'', '"'));
        (await provider.Put("Observation/o", observation)).Is(201);
        (await provider.Delete("Observation/o")).Is(204);
        await Set(clinic, "reject");

        var refused = (await provider.Put("Observation/o", observation)).IsRefused(422, "not-found");

        Assert.Equal([$"Observation.{place}"], Places(refused));
        Assert.DoesNotContain("none", refused.Text, StringComparison.Ordinal);
        (await provider.Create(observation)).IsRefused(422, "not-found");
        Assert.Equal(0, (await provider.Get("Observation?_summary=count")).Is(200).Total);
    }

    [Fact]
    public async Task What_is_here_elsewhere_contained_or_itself_is_taken()
    {
        var clinic = await Clinic.Open(server);
        var provider = await WithPatient(clinic);
        await Set(clinic, "reject");
        var here = $"{server.Address.GetLeftPart(UriPartial.Authority)}/fhir";

        foreach (var subject in new[]
        {
            "Patient/p", "Patient/p/_history/1", $"{here}/Patient/p", "http://elsewhere.example/fhir/Patient/none", "urn:uuid:5c0e9f1c-4ae5-4f0a-9d2b-3d1a6d0d5d0f",
        })
        {
            (await provider.Create(Sample.Observation(subject))).Is(201);
        }

        (await provider.Create(Sample.Observation($"{here}/Patient/none"))).IsRefused(422, "not-found");
        (await provider.Put("Patient/self", Sample.Patient("S", "self", ""","link":[{"other":{"reference":"Patient/self"},"type":"seealso"}]"""))).Is(201);
        (await provider.Create("""{"resourceType":"Basic","code":{"text":"x"},"subject":{"display":"nobody"}}""")).Is(201);
        var entry = Sample.Post(Sample.Observation("Patient/none"));
        (await provider.Post("Bundle", $$$$"""{"resourceType":"Bundle","type":"transaction","entry":[{{{{entry}}}}]}""")).Is(201);
    }

    [Fact]
    public async Task A_deleted_target_is_absent_and_there_again_when_it_comes_back()
    {
        var clinic = await Clinic.Open(server);
        var provider = await WithPatient(clinic);
        await Set(clinic, "reject");
        (await provider.Delete("Patient/p")).Is(204);

        (await provider.Create(Sample.Observation("Patient/p"))).IsRefused(422, "not-found");
        (await provider.Create(Sample.Observation("Patient/p/_history/2"))).IsRefused(422, "not-found");
        (await provider.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        (await provider.Create(Sample.Observation("Patient/p"))).Is(201);
        (await provider.Create(Sample.Observation("Patient/p/_history/1"))).Is(201);
    }

    [Fact]
    public async Task What_the_author_may_not_see_is_answered_as_what_is_not_there()
    {
        var clinic = await Clinic.Open(server);
        var sees = await WithPatient(clinic);
        var other = await WithPatient(await Clinic.Open(server), "other");
        (await sees.Put("Patient/hidden", Sample.Patient("H", "hidden", Sample.Labelled("R")))).Is(201);
        (await sees.Put("Patient/q", Sample.Patient("Q", "q"))).Is(201);
        (await sees.Put("Encounter/of-q", Encounter("of-q", "q"))).Is(201);
        var blind = await clinic.Provider(seesSensitive: false);
        var ofOne = await new ScopedTokens(clinic).OfUser(Role.Provider, "patient/*.cruds", "p");

        foreach (var rule in new[] { "warn", "reject" })
        {
            await Set(clinic, rule);
            foreach (var (person, hidden) in new[] { (blind, "Patient/hidden"), (blind, "Patient/hidden/_history/1"), (blind, "Patient/other") })
                await SaysTheSame(person, hidden, "Patient/none", $"o-{rule}", target => Sample.Observation(target, id: $"o-{rule}"));
            foreach (var hidden in new[] { "Encounter/of-q", "Encounter/of-q/_history/1" })
                await SaysTheSame(ofOne, hidden, "Encounter/none", $"e-{rule}", target =>
                    Sample.Observation("Patient/p", id: $"e-{rule}", more: $$$""","encounter":{"reference":"{{{target}}}"}"""));
        }

        (await sees.Create(Sample.Observation("Patient/hidden"))).Is(201);
        (await sees.Create(Sample.Observation("Patient/other"))).IsRefused(422, "not-found");
        (await other.Get("Patient/other")).Is(200);
    }

    [Fact]
    public async Task References_into_types_that_the_author_never_reads_are_not_looked_at()
    {
        var clinic = await Clinic.Open(server);
        var provider = await WithPatient(clinic);
        (await provider.Put("Encounter/e", Encounter("e", "p"))).Is(201);
        var laboratory = await clinic.Has(Role.Lab);
        await Set(clinic, "reject");

        foreach (var encounter in new[] { "e", "none" })
            (await laboratory.Create(Sample.Observation("Patient/p", more: $$$""","encounter":{"reference":"Encounter/{{{encounter}}}"}"""))).Is(201);
        (await laboratory.Create(Sample.Observation("Patient/none"))).IsRefused(422, "not-found");
    }

    [Fact]
    public async Task What_the_version_before_referred_to_may_stay_and_nothing_may_be_added()
    {
        var clinic = await Clinic.Open(server);
        var provider = await WithPatient(clinic);
        (await provider.Put("Observation/o", Sample.Observation("Patient/none", id: "o"))).Is(201);
        await Set(clinic, "reject");

        (await provider.Put("Observation/o", Sample.Observation("Patient/none", code: "other", id: "o"))).Is(200);
        (await Patch(provider, """[{"op":"replace","path":"/status","value":"amended"}]""")).Is(200);
        (await provider.Put("Observation/o", Sample.Observation("Patient/nobody", id: "o"))).IsRefused(422, "not-found");
        var refused = (await Patch(provider, """[{"op":"add","path":"/encounter","value":{"reference":"Encounter/none"}}]""")).Is(422);
        Assert.Equal(["Observation.encounter.reference"], Places(refused));
        (await provider.Delete("Observation/o")).Is(204);
        (await provider.Put("Observation/o", Sample.Observation("Patient/none", id: "o"))).IsRefused(422, "not-found");
    }

    [Fact]
    public async Task An_update_without_the_right_to_read_tells_nothing_of_what_was_there()
    {
        var clinic = await Clinic.Open(server);
        var provider = await WithPatient(clinic);
        (await provider.Put("Observation/o", Sample.Observation("Patient/none", id: "o"))).Is(201);
        var writer = await new ScopedTokens(clinic).OfService("system/Observation.u system/Patient.r");
        await Set(clinic, "reject");

        var kept = (await writer.Put("Observation/o", Sample.Observation("Patient/none", id: "o"))).IsRefused(422, "not-found");
        var other = (await writer.Put("Observation/o", Sample.Observation("Patient/nobody", id: "o"))).IsRefused(422, "not-found");

        Assert.Equal(other.Text, kept.Text);
        (await writer.Put("Observation/o", Sample.Observation("Patient/p", id: "o"))).Is(200);
    }

    [Fact]
    public async Task Entries_of_a_transaction_find_each_other_and_what_it_deletes_is_gone()
    {
        var clinic = await Clinic.Open(server);
        var provider = await WithPatient(clinic);
        (await provider.Put("Patient/known", Sample.Patient("K", "known", ""","identifier":[{"system":"urn:mrn","value":"1"}]"""))).Is(201);
        await Set(clinic, "reject");
        const string uuid = "urn:uuid:5c0e9f1c-4ae5-4f0a-9d2b-3d1a6d0d5d0f";

        (await provider.Bundle(
            "transaction", Sample.Post(Sample.Observation(uuid)), Sample.Post(Sample.Patient("New"), uuid),
            Sample.Put(Sample.Observation("Patient/q", id: "o"), "Observation/o"), Sample.Put(Sample.Patient("Q", "q"), "Patient/q"),
            Sample.Post(Sample.Observation("Patient?identifier=urn:mrn|1")))).Is(200);
        var refused = (await provider.Bundle(
            "transaction", Sample.Post(Sample.Observation("Patient/p")), Sample.Delete("Patient/q"), Sample.Post(Sample.Observation("Patient/q"))))
            .IsRefused(422, "not-found");
        Assert.Equal(["Bundle.entry[2].resource.subject.reference"], Places(refused));
        (await provider.Get("Patient/q")).Is(200);
        var batch = (await provider.Bundle(
            "batch", Sample.Post(Sample.Observation("Patient/none")), Sample.Post(Sample.Observation("Patient/p")))).Is(200);
        Assert.Equal(["422", "201"], batch.Statuses);
        Assert.Contains("Observation.subject.reference", batch.Entries[0].GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_warning_is_told_where_an_outcome_is_preferred_and_in_every_bundle()
    {
        var clinic = await Clinic.Open(server);
        var provider = await WithPatient(clinic);
        await Set(clinic, "warn");

        (await provider.Create(Sample.Observation("Patient/none"))).Is(201);
        var told = (await provider.Create(Sample.Observation("Patient/none"), Outcome)).Is(201);
        var fine = (await provider.Create(Sample.Observation("Patient/p"), Outcome)).Is(201);
        var conditional = (await provider.Put("Observation?code=other", Sample.Observation("Patient/none", "other"), Outcome)).Is(201);

        Assert.Equal([("warning", "Observation.subject.reference")], Issues(told));
        Assert.Equal([("information", null)], Issues(fine));
        Assert.Equal([("warning", "Observation.subject.reference")], Issues(conditional));
        foreach (var kind in new[] { "batch", "transaction" })
        {
            var answer = (await provider.Bundle(kind, Sample.Post(Sample.Observation("Patient/none")), Sample.Post(Sample.Observation("Patient/p")))).Is(200);
            Assert.Equal(["201", "201"], answer.Statuses);
            Assert.Contains("\"warning\"", answer.Entries[0].GetProperty("response").GetProperty("outcome").GetRawText(), StringComparison.Ordinal);
            Assert.False(answer.Entries[1].GetProperty("response").TryGetProperty("outcome", out _));
        }
    }

    [Fact]
    public async Task Validate_tells_it_too()
    {
        var clinic = await Clinic.Open(server);
        var provider = await WithPatient(clinic);
        (await provider.Put("Observation/o", Sample.Observation("Patient/none", id: "o"))).Is(201);
        var dangling = Sample.Observation("Patient/none", id: "o");

        foreach (var (rule, severity) in new[] { ("off", "information"), ("warn", "warning"), ("reject", "error") })
        {
            await Set(clinic, rule);
            Assert.Equal(severity, Issues((await provider.Post("Observation/$validate", dangling)).Is(200)).Single().Severity);
            Assert.Equal("information", Issues((await provider.Post("Observation/o/$validate", dangling)).Is(200)).Single().Severity);
            Assert.Equal(severity, Issues((await provider.Post("Observation/o/$validate?mode=create", dangling)).Is(200)).Single().Severity);
            Assert.Equal("information", Issues((await provider.Post("Observation/$validate", Sample.Observation("Patient/p"))).Is(200)).Single().Severity);
        }
    }

    [Fact]
    public async Task What_is_deleted_at_the_same_moment_is_there_or_not_in_the_order_of_the_log()
    {
        var clinic = await Clinic.Open(server);
        var provider = await WithPatient(clinic);
        await Set(clinic, "reject");
        for (var number = 0; number < 20; number++) (await provider.Put($"Patient/d{number}", Sample.Patient("D", $"d{number}"))).Is(201);

        await Task.WhenAll(Enumerable.Range(0, 20).SelectMany(number => new[]
        {
            provider.Put($"Observation/o{number}", Sample.Observation($"Patient/d{number}", id: $"o{number}")), provider.Delete($"Patient/d{number}"),
        }));

        var log = (await clinic.Log()).ConvertAll(row => $"{row.Resource} ");
        for (var number = 0; number < 20; number++)
        {
            var created = log.FindIndex(row => row.Contains($"Observation/o{number}/_history/1 ", StringComparison.Ordinal));
            var deleted = log.FindIndex(row => row.Contains($"Patient/d{number}/_history/2 ", StringComparison.Ordinal));
            Assert.True(deleted >= 0);
            Assert.True(created < deleted);
        }
    }

    [Fact]
    public async Task A_write_that_refers_to_more_than_is_looked_for_is_refused_or_told_so()
    {
        var clinic = await Clinic.Open(server);
        var provider = await WithPatient(clinic);
        await Set(clinic, "reject");
        static string List(int count) =>
            $$"""{"resourceType":"List","status":"current","mode":"working","entry":[{{string.Join(
            ',', Enumerable.Range(0, count).Select(number => $$$"""{"item":{"reference":"Patient/n{{{number}}}"}}"""))}}]}""";

        (await provider.Create(List(10_001))).IsRefused(422, "too-costly");
        var refused = (await provider.Create(List(10_000))).IsRefused(422, "not-found");

        Assert.Equal(50, Places(refused).Count);
        await Set(clinic, "warn");
        Assert.Contains("too-costly", (await provider.Create(List(10_001), Outcome)).Is(201).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_word_is_refused_as_the_setting()
    {
        var clinic = await Clinic.Open(server);

        var set = await server.Get<TenantSettings>().Set(clinic.Tenant, ReferencePolicy.Setting, JsonElement.Parse("\"maybe\""), default);

        Assert.Equal("invalid_references", set.Refusal?.Code);
    }

    private static async Task SaysTheSame(Person person, string hidden, string absent, string id, Func<string, string> resource)
    {
        foreach (var ask in new Func<string, Task<Answer>>[]
        {
            target => person.Put($"Observation/{id}", resource(target), Outcome), target => person.Post("Observation/$validate", resource(target)),
        })
        {
            var (ofAbsent, ofHidden) = (await ask(absent), await ask(hidden));
            Assert.Equal(ofAbsent.Text, ofHidden.Text);
            Assert.Equal(Math.Max(ofAbsent.Status, 201), Math.Max(ofHidden.Status, 201));
        }
    }

    private static string Encounter(string id, string patient) =>
        $$$"""
        {"resourceType":"Encounter","id":"{{{id}}}","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/{{{patient}}}"}}
        """;

    private static Task<Answer> Patch(Person person, string operations) => person.Send(
        HttpMethod.Patch, "/fhir/Observation/o", operations,
        request => request.Content!.Headers.ContentType = new("application/json-patch+json"));

    private static void Outcome(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation("Prefer", "return=OperationOutcome");

    private static List<string?> Places(Answer outcome) => [.. Issues(outcome).Select(issue => issue.Place)];

    private static List<(string? Severity, string? Place)> Issues(Answer outcome) =>
    [
        .. outcome.Json.GetProperty("issue").EnumerateArray().Select(issue => (
            issue.GetProperty("severity").GetString(),
            issue.TryGetProperty("expression", out var expression) ? expression[0].GetString() : null)),
    ];

    private static async Task<Person> WithPatient(Clinic clinic, string id = "p")
    {
        var provider = await clinic.Provider();
        (await provider.Put($"Patient/{id}", Sample.Patient("P", id))).Is(201);
        return provider;
    }

    private async Task Set(Clinic clinic, string value)
    {
        var set = await server.Get<TenantSettings>().Set(clinic.Tenant, ReferencePolicy.Setting, JsonElement.Parse($"\"{value}\""), default);
        Assert.False(set.IsRefused);
        server.Get<ReferencePolicy>().Forget(clinic.Tenant);
    }
}

public sealed class ReferencePoliciesOnSqlite(SqliteFhirServer server) : ReferencePolicyTests(server);

public sealed class ReferencePoliciesOnPostgres(PostgresFhirServer server) : ReferencePolicyTests(server);
