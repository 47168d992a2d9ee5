namespace Vagus.Fhir.Api.Tests.Interactions;

/// <summary>
/// A conditional reference resolves in a transaction and only there (R4 §3.1.0.11.2); by itself it would be stored and never resolve.
/// </summary>
public abstract class ConditionalReferenceTests(FhirServer server)
{
    private const string Conditional = "Patient?identifier=urn:mrn|1";

    [Fact]
    public async Task Outside_of_a_transaction_it_is_refused_with_its_place()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var here = $"{server.Address.GetLeftPart(UriPartial.Authority)}/fhir";

        foreach (var reference in new[] { Conditional, $"{here}/{Conditional}" })
        {
            var refused = (await provider.Create(Sample.Observation(reference))).IsRefused(400, "not-supported");
            Assert.Equal("Observation.subject.reference", refused.Json.GetProperty("issue")[0].GetProperty("expression")[0].GetString());
            (await provider.Put("Observation/o", Sample.Observation(reference, id: "o"))).IsRefused(400, "not-supported");
            Assert.Equal(
                ["400", "400"],
                (await provider.Bundle(
                "batch", Sample.Post(Sample.Observation(reference)), Sample.Put(Sample.Observation(reference, id: "o"), "Observation/o")))
                .Is(200).Statuses);
        }

        Assert.Equal(0, (await provider.Get("Observation?_summary=count")).Is(200).Total);
    }

    [Fact]
    public async Task One_that_finds_nothing_and_a_urn_of_no_entry_are_told_with_their_entry_and_without_their_content()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        const string urn = "urn:uuid:0b0a1f6c-0000-4000-8000-000000000001";

        var unmatched = (await provider.Bundle(
            "transaction", Sample.Post(Sample.Patient("A")), Sample.Post(Sample.Observation(Conditional)))).IsRefused(412, "not-found");
        var dangling = (await provider.Bundle(
            "transaction", Sample.Post(Sample.Patient("A")), Sample.Post(Sample.Observation(urn)))).IsRefused(422, "processing");

        Assert.Contains("In Bundle.entry[1], a conditional reference to Patient matches nothing.", unmatched.Text, StringComparison.Ordinal);
        Assert.Contains("In Bundle.entry[1], a reference names a urn:", dangling.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("urn:mrn", unmatched.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("0b0a1f6c", dangling.Text, StringComparison.Ordinal);
        Assert.Equal(0, (await provider.Get("Patient?_summary=count")).Is(200).Total);
    }

    [Fact]
    public async Task In_a_contained_resource_it_is_refused_and_in_a_stored_bundle_it_is_content()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var entry = Sample.Post(Sample.Observation(Conditional));

        (await provider.Create(
            Sample.Observation(
            "#p",
            more: $$$$""","contained":[{"resourceType":"Patient","id":"p","generalPractitioner":[{"reference":"Practitioner?name=x"}]}]"""))).IsRefused(400, "not-supported");
        (await provider.Post("Bundle", $$$$"""{"resourceType":"Bundle","type":"transaction","entry":[{{{{entry}}}}]}""")).Is(201);
        (await provider.Create(Sample.Observation($"http://elsewhere.example/fhir/{Conditional}"))).Is(201);
    }
}

public sealed class ConditionalReferencesOnSqlite(SqliteFhirServer server) : ConditionalReferenceTests(server);

public sealed class ConditionalReferencesOnPostgres(PostgresFhirServer server) : ConditionalReferenceTests(server);
