namespace Vagus.Fhir.Api.Tests.Bundles;

public abstract class BatchTests(FhirServer server)
{
    [Fact]
    public async Task Each_entry_succeeds_or_fails_alone()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/a", Sample.Patient("A", "a"))).Is(201);

        var answer = (await provider.Bundle(
            "batch",
            Sample.Post(Sample.Patient("New")),
            Sample.Get("Patient/nobody"),
            Sample.Put(Sample.Patient("Stale", "a"), "Patient/a", ifMatch: "W/\"9\""),
            Sample.Post("""{"resourceType":"Claim"}"""),
            Sample.Post("""{"resourceType":"Patient","invented":1}"""),
            Sample.Post(Sample.Observation("urn:uuid:0b0a1f6c-0000-4000-8000-000000000001")),
            "7",
            Sample.Get("Nothing/1"),
            Sample.Get("Patient?name=zzz&unknown=1"),
            Sample.Get("Patient/a"),
            Sample.Delete("Patient/nobody"))).Is(200);

        Assert.Equal(["201", "404", "412", "403", "400", "422", "400", "400", "400", "200", "204"], answer.Statuses);
        foreach (var entry in answer.Entries.Where(entry => entry.GetProperty("response").GetProperty("status").GetString()![0] == '4'))
        {
            Assert.Equal("OperationOutcome", entry.GetProperty("response").GetProperty("outcome").GetProperty("resourceType").GetString());
        }

        Assert.Equal("batch-response", answer.Json.GetProperty("type").GetString());
        Assert.Equal("a", answer.Entries[9].GetProperty("resource").GetProperty("id").GetString());
        Assert.Equal("1", (await provider.Get("Patient/a")).VersionId);
    }

    [Theory]
    [InlineData("batch")]
    [InlineData("transaction")]
    public async Task A_read_answers_the_part_that_is_asked_for(string bundle)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/a", Sample.Patient("A", "a"))).Is(201);

        var answer = (await provider.Bundle(
            bundle, Sample.Get("Patient/a?_elements=gender"), Sample.Get("Patient/a/_history/1?_summary=text"),
            Sample.Get("Patient/a"))).Is(200);

        var bodies = answer.Entries.Select(entry => entry.GetProperty("resource").GetRawText()).ToList();
        Assert.All(bodies[..2], body => Assert.Contains("SUBSETTED", body, StringComparison.Ordinal));
        Assert.Equal([false, false, true], bodies.Select(body => body.Contains("family", StringComparison.Ordinal)));
        var refused = await provider.Bundle(bundle, Sample.Get("Patient/a?_summary=none"));
        if (bundle == "batch") Assert.Equal(["400"], refused.Is(200).Statuses);
        else refused.IsRefused(400, "invalid");
    }

    [Fact]
    public async Task Answers_stay_within_bounds_whatever_is_asked_for()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        for (var number = 0; number < 5; number++)
            (await provider.Create(
                Sample.Observation("Patient/1", more: $$$$""","note":[{"text":"{{{{new string('n', 1_000_000)}}}}"}]"""))).Is(201);

        var answer = (await provider.Bundle("batch", Enumerable.Repeat(Sample.Get("Observation?code=718-7"), 40))).Is(200);

        Assert.Contains("200", answer.Statuses);
        Assert.Contains("422", answer.Statuses);
        Assert.InRange(answer.Body.Length, 1, server.Options.AnswerBytes * 2);
    }
}

public sealed class BatchesOnSqlite(SqliteFhirServer server) : BatchTests(server);

public sealed class BatchesOnPostgres(PostgresFhirServer server) : BatchTests(server);
