using System.Text.Json;

namespace Vagus.Fhir.Api.Tests.Bundles;

/// <summary>Entries of batches and transactions that a condition decides about, and what a client prefers to get back.</summary>
public abstract class ConditionalEntryTests(FhirServer server)
{
    private const string Identified = ""","identifier":[{"system":"urn:mrn","value":"1"}]""";
    private const string ByIdentifier = "Patient?identifier=urn:mrn|1";
    private const string Urn = "urn:uuid:0b0a1f6c-0000-4000-8000-000000000001";

    [Theory]
    [InlineData("batch")]
    [InlineData("transaction")]
    public async Task A_conditional_update_creates_and_then_updates(string type)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var entry = Sample.Put(Sample.Patient("P", more: Identified), ByIdentifier);

        Assert.Equal(["201"], (await provider.Bundle(type, entry)).Is(200).Statuses);
        Assert.Equal(["200"], (await provider.Bundle(type, entry)).Is(200).Statuses);

        Assert.Equal("2", (await provider.Get(ByIdentifier)).Is(200).Entries[0].GetProperty("resource").GetProperty("meta")
            .GetProperty("versionId").GetString());
    }

    [Theory]
    [InlineData("batch")]
    [InlineData("transaction")]
    public async Task A_conditional_delete_takes_its_match(string type)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Create(Sample.Patient("P", more: Identified))).Is(201);

        Assert.Equal(["204"], (await provider.Bundle(type, Sample.Delete(ByIdentifier))).Is(200).Statuses);
        Assert.Equal(["204"], (await provider.Bundle(type, Sample.Delete(ByIdentifier))).Is(200).Statuses);

        Assert.Empty((await provider.Get("Patient")).Is(200).Ids);
    }

    [Fact]
    public async Task The_fullUrl_of_a_conditional_update_leads_to_the_resource_that_it_finds()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/known", Sample.Patient("P", "known", Identified))).Is(201);

        (await provider.Bundle(
            "transaction", Sample.Put(Sample.Patient("Q", more: Identified), ByIdentifier, fullUrl: Urn),
            Sample.Post(Sample.Observation(Urn)))).Is(200);

        Assert.Equal(1, (await provider.Get("Observation?subject=Patient/known")).Is(200).Total);
    }

    [Fact]
    public async Task Deletions_come_first_whatever_their_place_so_that_what_they_take_is_found_by_no_condition()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/old", Sample.Patient("Old", "old", Identified))).Is(201);

        var answer = (await provider.Bundle(
            "transaction",
            Sample.Get(ByIdentifier),
            Sample.Put(Sample.Patient("Updated", more: Identified), ByIdentifier),
            Sample.Delete(ByIdentifier))).Is(200);

        Assert.Equal(["200", "201", "204"], answer.Statuses);
        (await provider.Get("Patient/old")).Is(410);
        // Reads come last: the search shows what the update made.
        var found = answer.Entries[0].GetProperty("resource").GetProperty("entry");
        Assert.Equal("Updated", found[0].GetProperty("resource").GetProperty("name")[0].GetProperty("family").GetString());
        Assert.Equal(1, found.GetArrayLength());
    }

    [Fact]
    public async Task A_condition_that_two_entries_share_or_a_resource_that_two_find_is_refused_and_nothing_happens()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/a", Sample.Patient("A", "a", Identified))).Is(201);
        var update = Sample.Put(Sample.Patient("B", more: Identified), ByIdentifier);

        (await provider.Bundle("transaction", update, update)).IsRefused(400, "invalid");
        (await provider.Bundle("transaction", update, Sample.Put(Sample.Patient("C", "a"), "Patient/a"))).IsRefused(400, "invalid");
        (await provider.Bundle("transaction", Sample.Delete("Patient/a"), Sample.Delete(ByIdentifier))).IsRefused(400, "invalid");
        (await provider.Bundle("transaction", update, Sample.Post("""{"resourceType":"Claim"}"""))).Is(400);

        Assert.Equal("1", (await provider.Get("Patient/a")).Is(200).VersionId);
    }

    [Theory]
    [InlineData("batch")]
    [InlineData("transaction")]
    public async Task A_read_of_what_the_client_has_already_shows_nothing_of_it(string type)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/a", Sample.Patient("A", "a"))).Is(201);

        var answer = (await provider.Bundle(
            type, """{"request":{"method":"GET","url":"Patient/a","ifNoneMatch":"W/\"1\""}}""",
            """{"request":{"method":"GET","url":"Patient/a","ifNoneMatch":"W/\"2\""}}""",
            """{"request":{"method":"GET","url":"Patient/a","ifModifiedSince":"2999-01-01T00:00:00Z"}}""")).Is(200);

        Assert.Equal(["304", "200", "304"], answer.Statuses);
        Assert.Equal([false, true, false], answer.Entries.Select(entry => entry.TryGetProperty("resource", out _)));
    }

    [Theory]
    [InlineData("return=representation", "resource", "Patient")]
    [InlineData("return=OperationOutcome", "outcome", "OperationOutcome")]
    [InlineData("return=minimal", null, null)]
    [InlineData(null, null, null)]
    public async Task Entries_answer_in_the_form_that_the_client_prefers(string? prefer, string? where, string? what)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        foreach (var type in new[] { "batch", "transaction" })
        {
            var answer = (await provider.Post(
                "", $$$"""{"resourceType":"Bundle","type":"{{{type}}}","entry":[{{{Sample.Post(Sample.Patient())}}}]}""",
                request =>
                {
                    if (prefer is not null) request.Headers.Add("Prefer", prefer);
                })).Is(200);

            var entry = answer.Entries[0];
            JsonElement? found = where switch
            {
                "resource" => entry.GetProperty("resource"),
                "outcome" => entry.GetProperty("response").GetProperty("outcome"),
                _ => null,
            };
            Assert.Equal(what, found?.GetProperty("resourceType").GetString());
            Assert.Equal(where == "resource", entry.TryGetProperty("resource", out _));
        }
    }
}

public sealed class ConditionalEntriesOnSqlite(SqliteFhirServer server) : ConditionalEntryTests(server);

public sealed class ConditionalEntriesOnPostgres(PostgresFhirServer server) : ConditionalEntryTests(server);
