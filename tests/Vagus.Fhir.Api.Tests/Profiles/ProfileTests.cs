using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Fhir.Profiles;

namespace Vagus.Fhir.Api.Tests.Profiles;

/// <summary>Profiles that a tenant uploads: <c>$validate</c>, and what writes are held to.</summary>
public abstract class ProfileTests(FhirServer server)
{
    private const string Patient = "urn:test:patient";

    [Theory]
    [InlineData("", "identifier")]
    [InlineData(""","identifier":[{"system":"urn:mrn","value":"1"}]""", "name")]
    [InlineData(""","identifier":[{"system":"urn:mrn","value":"1"}],"name":[{"given":["Ada"]}],"gender":"female" """, "tst-1")]
    [InlineData(""","identifier":[{"value":"1"}],"name":[{"family":"Adams"}],"gender":"female" """, "Patient.identifier[0]")]
    [InlineData(""","identifier":[{"system":"urn:mrn","value":"1"}],"name":[{"family":"Adams"}]""", "gender")]
    public async Task What_a_profile_asks_and_the_resource_lacks_is_found_with_its_place(string more, string named)
    {
        var admin = await WithProfiles(await Clinic.Open(server));

        var outcome = await Validate(admin, PatientWith(more));

        var errors = Errors(outcome);
        Assert.Contains(errors, issue => issue.GetRawText().Contains(named, StringComparison.Ordinal));
        Assert.All(errors, issue => Assert.StartsWith("Patient", issue.GetProperty("expression")[0].GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_resource_that_keeps_a_profile_with_slices_extensions_and_bindings_is_valid()
    {
        var admin = await WithProfiles(await Clinic.Open(server));

        Assert.Empty(Errors(await Validate(admin, PatientWith(Kept))));
        var other = Kept.Replace("\"code\":\"red\"", "\"code\":\"yellow\"", StringComparison.Ordinal);
        Assert.NotEmpty(Errors(await Validate(admin, PatientWith(other))));
        // One more than its slice may have.
        var twice = Kept.Replace("\"identifier\":[", "\"identifier\":[{\"system\":\"urn:mrn\",\"value\":\"2\"},", StringComparison.Ordinal);
        Assert.NotEmpty(Errors(await Validate(admin, PatientWith(twice))));
    }

    [Fact]
    public async Task Profiles_of_R4_are_validated_too_and_what_is_said_holds_no_value_of_the_resource()
    {
        var admin = await (await Clinic.Open(server)).Admin();
        const string vitals = "http://hl7.org/fhir/StructureDefinition/heartrate";

        var outcome = await admin.Post($"Observation/$validate?profile={vitals}", """
            {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"urn:secret","code":"topsecret"}]},
             "valueString":"verysecret"}
            """);

        Assert.NotEmpty(Errors(outcome.Is(200)));
        Assert.DoesNotContain("secret", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_is_of_its_organization_and_one_that_is_not_known_is_not_found()
    {
        var admin = await WithProfiles(await Clinic.Open(server));
        var stranger = await (await Clinic.Open(server)).Admin();
        var patient = await (await Clinic.Open(server)).Patient("p");

        foreach (var person in new[] { stranger, patient })
            (await person.Post($"Patient/$validate?profile={Patient}", PatientWith(""))).IsRefused(404, "not-found");
        (await admin.Post($"Patient/$validate?profile={Patient}|9.9", PatientWith(""))).IsRefused(404, "not-found");
        Assert.NotEmpty(Errors((await admin.Post($"Patient/$validate?profile={Patient}|1.0", PatientWith(""))).Is(200)));
        (await admin.Delete("StructureDefinition/patient")).Is(204);
        (await admin.Post($"Patient/$validate?profile={Patient}", PatientWith(""))).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task Writes_are_held_to_what_they_claim_where_the_organization_has_set_so()
    {
        var clinic = await Clinic.Open(server);
        var admin = await WithProfiles(clinic);
        var (bad, good) = (Claiming(Patient, ""), Claiming(Patient, Kept));
        (await admin.Create(bad)).Is(201);

        await Set(clinic, "known");

        var refused = (await admin.Create(bad)).Is(400);
        Assert.NotEmpty(Errors(refused));
        Assert.Equal(0, (await admin.Get("Patient?_profile=urn:test:patient&family=adams")).Is(200).Total);
        (await admin.Create(good)).Is(201);
        (await admin.Put("Patient/k", WithId(good, "k"))).Is(201);
        (await admin.Put("Patient/k", WithId(bad, "k"))).Is(400);
        (await admin.Send(HttpMethod.Patch, "/fhir/Patient/k", """[{"op":"remove","path":"/gender"}]""",
            request => request.Content!.Headers.ContentType = new("application/json-patch+json"))).Is(400);
        (await admin.Send(HttpMethod.Patch, "/fhir/Patient/k", """[{"op":"replace","path":"/gender","value":"male"}]""",
            request => request.Content!.Headers.ContentType = new("application/json-patch+json"))).Is(200);
        (await admin.Create(Claiming("urn:test:other", ""))).Is(201);
        (await admin.Create(Claiming("", ""))).Is(201);
    }

    [Fact]
    public async Task A_transaction_is_held_as_a_whole_and_a_batch_by_its_entries()
    {
        var clinic = await Clinic.Open(server);
        var admin = await WithProfiles(clinic);
        await Set(clinic, "all");
        string[] entries = [Entry(Claiming(Patient, Kept)), Entry(Claiming(Patient, ""))];

        (await admin.Bundle("transaction", entries)).Is(400);
        Assert.Equal(0, (await admin.Get("Patient?_summary=count")).Is(200).Total);
        (await admin.Bundle("transaction", Entry(Claiming(Patient, Kept)), Entry(Claiming(Patient, Kept)))).Is(200);
        Assert.Equal(["201", "400"], (await admin.Bundle("batch", entries)).Is(200).Statuses);
        (await admin.Create(Claiming("urn:test:other", Kept))).IsRefused(400, "not-found");
    }

    [Fact]
    public async Task A_profile_whose_snapshot_cannot_be_made_is_refused_and_a_pattern_of_its_own_is_said_to_be_left_out()
    {
        var admin = await (await Clinic.Open(server)).Admin();
        (await admin.Create(Profile("lost", "urn:test:nowhere", "[]"))).Is(201);
        (await admin.Create(Profile("round", "urn:test:round", "[]"))).Is(201);
        (await admin.Create(Profile("slow", "http://hl7.org/fhir/StructureDefinition/Patient", """
            [{"id":"Patient","path":"Patient","constraint":[{"key":"x-1","severity":"error","human":"x",
              "expression":"name.family.matches('(a+)+$')"}]}]
            """))).Is(201);

        foreach (var name in new[] { "lost", "round" })
            (await admin.Post($"Patient/$validate?profile=urn:test:{name}", PatientWith(""))).IsRefused(422, "processing");
        var answer = (await admin.Post("Patient/$validate?profile=urn:test:slow", PatientWith(""))).Is(200);
        Assert.Contains("x-1 uses a pattern", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Staff_may_not_replace_a_profile_that_others_are_held_to()
    {
        var clinic = await Clinic.Open(server);
        await WithProfiles(clinic);
        var provider = await clinic.Provider();

        (await provider.Delete("StructureDefinition/patient")).IsRefused(403, "forbidden");
    }

    private const string Kept = """
        ,"identifier":[{"system":"urn:mrn","value":"1"},{"system":"urn:other","value":"2"}],"name":[{"family":"Adams"}],"gender":"female",
        "extension":[{"url":"urn:test:colour","valueCodeableConcept":{"coding":[{"system":"urn:colours","code":"red"}]}}]
        """;

    private static async Task<Person> WithProfiles(Clinic clinic)
    {
        var admin = await clinic.Admin();
        (await admin.Put("CodeSystem/colours", """
            {"resourceType":"CodeSystem","id":"colours","url":"urn:colours","status":"active","content":"complete",
             "concept":[{"code":"red"},{"code":"blue"},{"code":"yellow"}]}
            """)).Is(201);
        (await admin.Put("ValueSet/allowed", """
            {"resourceType":"ValueSet","id":"allowed","url":"urn:allowed","status":"active","compose":{"include":[
             {"system":"urn:colours","concept":[{"code":"red"},{"code":"blue"}]}]}}
            """)).Is(201);
        (await admin.Put("StructureDefinition/colour", """
            {"resourceType":"StructureDefinition","id":"colour","url":"urn:test:colour","name":"Colour","status":"active","kind":"complex-type",
             "abstract":false,"context":[{"type":"element","expression":"Patient"}],"type":"Extension","fhirVersion":"4.0.1",
             "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Extension","derivation":"constraint","differential":{"element":[
              {"id":"Extension","path":"Extension","max":"1"},
              {"id":"Extension.url","path":"Extension.url","fixedUri":"urn:test:colour"},
              {"id":"Extension.value[x]","path":"Extension.value[x]","min":1,"type":[{"code":"CodeableConcept"}],
               "binding":{"strength":"required","valueSet":"urn:allowed"}}]}}
            """)).Is(201);
        (await admin.Put("StructureDefinition/patient", $$$"""
            {"resourceType":"StructureDefinition","id":"patient","url":"{{{Patient}}}","version":"1.0","name":"OurPatient","status":"active",
             "kind":"resource","abstract":false,"type":"Patient","fhirVersion":"4.0.1",
             "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint","differential":{"element":[
              {"id":"Patient","path":"Patient","constraint":[{"key":"tst-1","severity":"error","human":"A family name",
               "expression":"name.all(family.exists())"}]},
              {"id":"Patient.extension","path":"Patient.extension","slicing":{"discriminator":[{"type":"value","path":"url"}],"rules":"open"}},
              {"id":"Patient.extension:colour","path":"Patient.extension","sliceName":"colour","max":"1",
               "type":[{"code":"Extension","profile":["urn:test:colour"]}]},
              {"id":"Patient.identifier","path":"Patient.identifier","min":1,
               "slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"open"}},
              {"id":"Patient.identifier.system","path":"Patient.identifier.system","min":1},
              {"id":"Patient.identifier:mrn","path":"Patient.identifier","sliceName":"mrn","max":"1"},
              {"id":"Patient.identifier:mrn.system","path":"Patient.identifier.system","min":1,"fixedUri":"urn:mrn"},
              {"id":"Patient.name","path":"Patient.name","min":1},
              {"id":"Patient.gender","path":"Patient.gender","min":1}]}}
            """)).Is(201);
        return admin;
    }

    private static string Profile(string name, string onto, string elements)
    {
        var differential = elements == "[]" ? "" : ",\"differential\":{\"element\":" + elements + "}";
        return $$"""
            {"resourceType":"StructureDefinition","url":"urn:test:{{name}}","name":"P","status":"active","kind":"resource","abstract":false,
             "type":"Patient","baseDefinition":"{{onto}}","derivation":"constraint"{{differential}}}
            """;
    }

    private static string PatientWith(string more) => $$"""{"resourceType":"Patient","active":true{{more}}}""";

    private static string Claiming(string profile, string more) =>
        PatientWith(more + (profile.Length == 0 ? "" : $$""","meta":{"profile":["{{profile}}"]}"""));

    private static string WithId(string resource, string id) =>
        resource.Replace("\"active\"", $"\"id\":\"{id}\",\"active\"", StringComparison.Ordinal);

    private static string Entry(string resource) => $$$"""{"resource":{{{resource}}},"request":{"method":"POST","url":"Patient"}}""";

    private static async Task<Answer> Validate(Person person, string resource) =>
        (await person.Post($"Patient/$validate?profile={Patient}", resource)).Is(200);

    private static List<JsonElement> Errors(Answer outcome) =>
        [.. outcome.Json.GetProperty("issue").EnumerateArray().Where(issue => issue.GetProperty("severity").GetString() == "error")];

    private async Task Set(Clinic clinic, string value)
    {
        var set = await server.Get<TenantSettings>().Set(clinic.Tenant, ProfilePolicy.Setting, JsonElement.Parse($"\"{value}\""), default);
        Assert.False(set.IsRefused);
        server.Get<ProfilePolicy>().Forget(clinic.Tenant);
    }
}

public sealed class ProfilesOnSqlite(SqliteFhirServer server) : ProfileTests(server);

public sealed class ProfilesOnPostgres(PostgresFhirServer server) : ProfileTests(server);
