using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Vagus.Access.Tenants;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Profiles;
using Vagus.Kernel;

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

    [Theory]
    [InlineData("name.family.matches /* a comment */ ('(a+)+$')", "uses a pattern")]
    [InlineData("name.family.`matches` ('(a+)+$')", "uses a pattern")]
    [InlineData("name.family.replaceMatches\\n('(a+)+$', '').exists()", "uses a pattern")]
    [InlineData("descendants().where(%resource.descendants().exists()).exists()", "may cost too much")]
    [InlineData("name.where(given.all(%resource.name.exists($this is HumanName))).exists()", "may cost too much")]
    [InlineData("name.family.select($this & $this).select($this & $this).exists()", "may cost too much")]
    [InlineData("name.family.repeat($this & 'a').exists()", "repeats what is no path")]
    [InlineData("name.family.aggregate($total & $total, 'a').exists()", "calls aggregate()")]
    [InlineData("( 40", "nests too deeply")]
    [InlineData("( 900", "is no FHIRPath that is known here")]
    [InlineData("( 10000", "is longer than 2000 characters")]
    [InlineData("name.unknown(1)", "is no FHIRPath that is known here")]
    public async Task An_invariant_whose_cost_has_no_bound_is_not_evaluated_and_is_named(string expression, string cause)
    {
        var admin = await (await Clinic.Open(server)).Admin();
        if (expression.StartsWith("( ", StringComparison.Ordinal)) expression = InBrackets(expression);
        (await admin.Create(Profile("slow", R4Patient, $$"""
            [{"id":"Patient","path":"Patient","constraint":[
              {"key":"x-1","severity":"error","human":"x","expression":"{{expression}}"},
              {"key":"x-2","severity":"error","human":"x","expression":"name.where(given.exists($this = 'Ada')).exists()"}]}]
            """))).Is(201);

        var answer = (await admin.Post("Patient/$validate?profile=urn:test:slow", PatientWith(LongName))).Is(200);

        Assert.Contains($"The invariant x-1 {cause} and is not evaluated.", answer.Text, StringComparison.Ordinal);
        Assert.Contains("x-2", Assert.Single(Errors(answer)).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pattern_on_an_element_of_a_stored_definition_is_not_evaluated()
    {
        var admin = await (await Clinic.Open(server)).Admin();
        const string pattern = """
            "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/regex","valueString":"((a+)+)+$"}]
            """;
        (await admin.Create(Profile("slow", R4Patient, $$"""
            [{"id":"Patient","path":"Patient"},
             {"id":"Patient.name.family","path":"Patient.name.family",{{pattern}},"type":[{"code":"string",{{pattern}} }]}]
            """))).Is(201);

        var answer = (await admin.Post("Patient/$validate?profile=urn:test:slow", PatientWith(LongName))).Is(200);

        Assert.Contains("A pattern of urn:test:slow is not evaluated.", answer.Text, StringComparison.Ordinal);
        Assert.Empty(Errors(answer));
    }

    [Theory]
    [InlineData("( 40")]
    [InlineData("( 10000")]
    public async Task A_profile_whose_slices_are_told_by_an_expression_without_bound_is_refused(string path)
    {
        var admin = await (await Clinic.Open(server)).Admin();
        (await admin.Create(Profile("slow", R4Patient, $$"""
            [{"id":"Patient","path":"Patient"},{"id":"Patient.identifier","path":"Patient.identifier",
              "slicing":{"discriminator":[{"type":"value","path":"{{InBrackets(path)}}"}],"rules":"open"} },
             {"id":"Patient.identifier:a","path":"Patient.identifier","sliceName":"a","max":"1"}]
            """))).Is(201);

        (await admin.Post("Patient/$validate?profile=urn:test:slow", PatientWith(LongName))).IsRefused(422, "processing");
    }

    [Fact]
    public async Task A_write_claims_a_bounded_number_of_profiles()
    {
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        await Set(clinic, "known");
        var claims = string.Join("\",\"", Enumerable.Range(0, ClaimedProfiles.MostOfResource).Select(number => $"urn:test:{number}"));
        var entries = Enumerable.Repeat(Entry(Claiming(claims, "")), ClaimedProfiles.MostOfWrite / ClaimedProfiles.MostOfResource).ToList();

        (await admin.Bundle("transaction", entries)).Is(200);
        var refused = (await admin.Bundle("transaction", [.. entries, entries[0]])).IsRefused(422, "too-costly");

        Assert.Contains("of a write 256 in all", refused.Text, StringComparison.Ordinal);
        Assert.Equal(entries.Count, (await admin.Get("Patient?_summary=count")).Is(200).Total);
    }

    [Fact]
    public async Task What_a_write_claims_is_validated_within_a_bounded_time()
    {
        var clinic = await Clinic.Open(server);
        using var validate = new ValidateProfiles(
            server.Get<ReadProfiles>(), server.Get<R4Specification>(), new LongSteps(), NullLogger<ValidateProfiles>.Instance);
        var claims = new ClaimedProfiles(ClaimRule.Known);
        var resources = new[] { "urn:test:1", "urn:test:2" }.Select(claim => JsonElement.Parse(Claiming(claim, "")));
        claims.Refuse([.. resources.Select(resource => new ResourceChange("Patient", "p", 1, null, resource) { Patients = [] })]);

        var refusal = await validate.Check(clinic.Tenant, claims, TestContext.Current.CancellationToken);

        Assert.Equal(ProfileRefusals.WriteTooSlow, refusal);
    }

    [Fact]
    public async Task An_organization_holds_one_of_the_slots_for_validations()
    {
        using var slots = new ValidationSlots();
        var (one, other) = (new TenantId("one"), new TenantId("other"));

        Assert.True(await slots.Take(one, TimeSpan.Zero, TestContext.Current.CancellationToken));
        Assert.False(await slots.Take(one, TimeSpan.Zero, TestContext.Current.CancellationToken));
        Assert.True(await slots.Take(other, TimeSpan.Zero, TestContext.Current.CancellationToken));
        Assert.False(await slots.Take(new TenantId("third"), TimeSpan.Zero, TestContext.Current.CancellationToken));
        slots.GiveBack(one);
        Assert.True(await slots.Take(one, TimeSpan.Zero, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("Value 'it's a secret' is wrong", "Value '…' is wrong")]
    [InlineData("Value 'http://people.example/secret' is wrong", "Value '…' is wrong")]
    [InlineData("Not 'http://codes.example' but 'it's a secret' or \"it's a secret\"", "Not 'http://codes.example' but '…' or '…'")]
    [InlineData("The element's name isn't 'known'", "The element's name isn't 'known'")]
    public void A_finding_holds_no_value_of_the_resource_even_where_the_value_has_quotes(string text, string expected)
    {
        var texts = new FindingText("""
            {"resourceType":"Patient","name":[{"family":"it's a secret"}],"photo":[{"url":"http://people.example/secret"}],
             "identifier":[{"system":"http://codes.example"}]}
            """);

        Assert.Equal(expected, texts.Of(text));
    }

    [Fact]
    public async Task Staff_may_not_replace_a_profile_that_others_are_held_to()
    {
        var clinic = await Clinic.Open(server);
        await WithProfiles(clinic);
        var provider = await clinic.Provider();

        foreach (var stored in new[] { "StructureDefinition/patient", "ValueSet/allowed", "CodeSystem/colours" })
        {
            (await provider.Delete(stored)).IsRefused(403, "forbidden");
            var resource = (await provider.Get(stored)).Is(200).Text;
            (await provider.Put(stored, resource)).IsRefused(403, "forbidden");
            (await provider.Create(resource)).IsRefused(403, "forbidden");
            (await provider.Bundle("transaction", Entry(resource, stored.Split('/')[0]))).IsRefused(403, "forbidden");
        }
    }

    private const string R4Patient = "http://hl7.org/fhir/StructureDefinition/Patient";

    private const string LongName = ""","name":[{"family":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"}]""";

    // "( 3": true in three brackets.
    private static string InBrackets(string times)
    {
        var count = int.Parse(times.AsSpan(2), CultureInfo.InvariantCulture);
        return new string('(', count) + "true" + new string(')', count);
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

    private static string Entry(string resource, string type = "Patient") =>
        $$$"""{"resource":{{{resource}}},"request":{"method":"POST","url":"{{{type}}}"}}""";

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

    // Forty seconds pass between two looks at it.
    private sealed class LongSteps : TimeProvider
    {
        private long timestamp;

        public override long GetTimestamp() => timestamp += 40 * TimestampFrequency;
    }
}

public sealed class ProfilesOnSqlite(SqliteFhirServer server) : ProfileTests(server);

public sealed class ProfilesOnPostgres(PostgresFhirServer server) : ProfileTests(server);
