using System.Text.Json;

namespace Vagus.Fhir.Api.Tests.Bundles;

public abstract class TransactionTests(FhirServer server)
{
    private const string Urn1 = "urn:uuid:0b0a1f6c-0000-4000-8000-000000000001";
    private const string Urn2 = "urn:uuid:0b0a1f6c-0000-4000-8000-000000000002";

    [Fact]
    public async Task One_bad_entry_undoes_all_and_leaves_no_trace_in_the_log()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        (await provider.Put("Patient/kept", Sample.Patient("Kept", "kept"))).Is(201);
        var before = await clinic.Log();

        (await provider.Bundle(
            "transaction",
            Sample.Post(Sample.Patient("New")),
            Sample.Delete("Patient/kept"),
            Sample.Put(Sample.Patient("Stale", "stale"), "Patient/stale", ifMatch: "W/\"7\""))).IsRefused(412, "conflict");
        (await provider.Bundle("transaction", Sample.Post(Sample.Patient("New")), Sample.Get("Patient/nobody")))
            .IsRefused(404, "not-found");

        Assert.Equal(["kept"], (await provider.Get("Patient")).Ids);
        Assert.Equal(before.Count, (await clinic.Log()).Count);
        (await provider.Create(Sample.Patient())).Is(201);
        Assert.Equal(
            Enumerable.Range(1, (await clinic.Log()).Count).Select(position => (long)position),
            (await clinic.Log()).Select(logged => logged.Position));
    }

    [Theory]
    [InlineData("http://old.example/fhir/Patient/1", "http://old.example/fhir/Patient/1/_history/3")]
    [InlineData("http://old.example/fhir/Patient/1", "Patient/1/_history/3")]
    [InlineData(Urn1, Urn1 + "/_history/3")]
    public async Task A_reference_to_a_version_becomes_one_to_the_version_that_is_created(string fullUrl, string reference)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var observation = $$$$"""{"fullUrl":"http://old.example/fhir/Observation/2",{{{{Sample.Post(Sample.Observation(reference))[1..]}}}}""";

        var answer = (await provider.Bundle("transaction", Sample.Post(Sample.Patient("A"), fullUrl), observation)).Is(200);

        var (patient, read) = (Location(answer.Entries[0]), (await provider.Get(Location(answer.Entries[1]))).Is(200));
        Assert.Equal($"{patient}/_history/1", read.Json.GetProperty("subject").GetProperty("reference").GetString());
    }

    [Fact]
    public async Task Links_that_lead_nowhere_are_told_with_their_entry()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var none = await provider.Bundle(
            "transaction", Sample.Post(Sample.Patient("A")), Sample.Post(Sample.Observation("Patient?identifier=urn:mrn|9")));
        var dangling = await provider.Bundle("transaction", Sample.Post(Sample.Patient("A")), Sample.Post(Sample.Observation(Urn2)));

        Assert.Contains("Bundle.entry[1]", none.IsRefused(412, "not-found").Text, StringComparison.Ordinal);
        Assert.Contains("Bundle.entry[1]", dangling.IsRefused(422, "processing").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_between_entries_become_references_even_in_a_circle()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var narrative =
            $$$$""","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\"{{{{Urn2}}}}\">x</a></div>"}""";

        var answer = (await provider.Bundle(
            "transaction",
            Sample.Post(
                Sample.Patient(
                "A",
                more: $$$$""","link":[{"other":{"reference":"{{{{Urn2}}}}"},"type":"seealso"}],"identifier":[{"system":"{{{{Urn1}}}}","value":"{{{{Urn1}}}}"}]{{{{narrative}}}}"""), Urn1),
            Sample.Post(Sample.Patient("B", more: $$$$""","link":[{"other":{"reference":"{{{{Urn1}}}}"},"type":"seealso"}]"""), Urn2),
            Sample.Post(Sample.Observation(Urn1)))).Is(200);

        var ids = answer.Entries.Select(entry => Location(entry)).ToArray();
        var first = (await provider.Get(ids[0])).Is(200);
        Assert.Equal(ids[1], first.Json.GetProperty("link")[0].GetProperty("other").GetProperty("reference").GetString());
        Assert.Equal(Urn1, first.Json.GetProperty("identifier")[0].GetProperty("value").GetString());
        Assert.Contains($"href=\\\"{ids[1]}\\\"", first.Text, StringComparison.Ordinal);
        Assert.Equal(
            ids[0], (await provider.Get(ids[1])).Json.GetProperty("link")[0].GetProperty("other").GetProperty("reference").GetString());
        Assert.Equal([ids[2].Split('/')[1]], (await provider.Get($"Observation?subject={ids[0]}")).Ids);
    }

    [Fact]
    public async Task Relative_references_follow_an_entry_to_its_new_id()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/17", Sample.Patient("Somebody else", "17"))).Is(201);

        var answer = (await provider.Bundle(
            "transaction",
            Sample.Post(Sample.Patient("Moved"), "http://old.example.org/fhir/Patient/17"),
            Sample.Post(Sample.Observation("Patient/17"), "http://old.example.org/fhir/Observation/18"),
            Sample.Post(Sample.Observation("http://old.example.org/fhir/Patient/17"), "http://old.example.org/fhir/Observation/19")))
                .Is(200);

        var patient = Location(answer.Entries[0]);
        Assert.NotEqual("Patient/17", patient);
        foreach (var entry in answer.Entries.Skip(1))
            Assert.Equal(patient, (await provider.Get(Location(entry))).Json.GetProperty("subject").GetProperty("reference").GetString());
    }

    [Fact]
    public async Task A_link_to_an_entry_that_is_not_there_is_refused()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        (await provider.Bundle("transaction", Sample.Post(Sample.Patient(), Urn1), Sample.Post(Sample.Observation(Urn2))))
            .IsRefused(422, "processing");

        Assert.Empty((await provider.Get("Patient")).Ids);
    }

    [Fact]
    public async Task A_conditional_reference_finds_exactly_one_or_fails()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var identifier = """,  "identifier":[{"system":"urn:mrn","value":"1"}]""";
        var entry = Sample.Post(Sample.Observation("Patient?identifier=urn:mrn|1"));

        (await provider.Bundle("transaction", entry)).IsRefused(412, "not-found");
        (await provider.Put("Patient/p", Sample.Patient("P", "p", identifier))).Is(201);
        var found = (await provider.Bundle("transaction", entry)).Is(200);
        Assert.Equal(
            "Patient/p", (await provider.Get(Location(found.Entries[0]))).Json.GetProperty("subject").GetProperty("reference").GetString());

        (await provider.Put("Patient/q", Sample.Patient("Q", "q", identifier))).Is(201);
        (await provider.Bundle("transaction", entry)).IsRefused(412, "multiple-matches");
        (await provider.Bundle("transaction", Sample.Post(Sample.Observation("Patient?identifier=urn:mrn|1&_count=1"))))
            .IsRefused(412, "multiple-matches");
        (await provider.Bundle("transaction", Sample.Post(Sample.Observation("Patient?identifier=urn:mrn|1&_sort=_lastUpdated&_cursor=1"))))
            .IsRefused(412, "multiple-matches");
        (await provider.Bundle("transaction", Sample.Post(Sample.Observation("Nothing?identifier=1")))).Is(400);
        (await provider.Bundle("transaction", Sample.Post(Sample.Observation("Patient?_count=1")))).Is(400);
    }

    [Fact]
    public async Task Conditions_do_not_see_what_the_transaction_deletes()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        const string identified = """,  "identifier":[{"system":"urn:mrn","value":"1"}]""";
        const string condition = "identifier=urn:mrn|1";
        (await provider.Put("Patient/p", Sample.Patient("P", "p", identified))).Is(201);

        (await provider.Bundle("transaction", Sample.Delete("Patient/p"), Sample.Post(Sample.Observation($"Patient?{condition}"))))
            .IsRefused(412, "not-found");
        (await provider.Get("Patient/p")).Is(200);

        var answer = (await provider.Bundle(
            "transaction",
            Sample.Post(Sample.Patient("New", more: identified), ifNoneExist: condition),
            Sample.Delete("Patient/p"))).Is(200);

        Assert.Equal(["201", "204"], answer.Statuses);
        (await provider.Get("Patient/p")).Is(410);
        Assert.Equal([Location(answer.Entries[0]).Split('/')[1]], (await provider.Get($"Patient?{condition}")).Ids);
    }

    [Fact]
    public async Task A_condition_with_one_match_beside_what_the_transaction_deletes_finds_that_one()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        foreach (var id in new[] { "old1", "kept", "old2" })
        {
            (await provider.Put($"Patient/{id}", Sample.Patient("P", id, ""","identifier":[{"system":"urn:mrn","value":"1"}]"""))).Is(201);
        }

        var answer = (await provider.Bundle(
            "transaction", Sample.Delete("Patient/old1"), Sample.Post(Sample.Observation("Patient?identifier=urn:mrn|1")),
                Sample.Delete("Patient/old2"))).Is(200);

        Assert.Equal(
            "Patient/kept",
            (await provider.Get(Location(answer.Entries[1]))).Json.GetProperty("subject").GetProperty("reference").GetString());
    }

    [Fact]
    public async Task A_condition_is_understood_whole_or_not_at_all()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/p", Sample.Patient("P", "p", ""","identifier":[{"value":"1"}]"""))).Is(201);

        var answer = await provider.Post(
            "",
            $$$$"""{"resourceType":"Bundle","type":"transaction","entry":[{{{{Sample.Post(Sample.Observation("Patient?identifier=1&shoe-size=44"))}}}}]}""",
            request => request.Headers.Add("Prefer", "handling=lenient"));

        answer.Is(400);
    }

    [Fact]
    public async Task IfNoneExist_creates_once_and_links_lead_to_what_was_there()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var patient = Sample.Post(
            Sample.Patient("Once", more: ""","identifier":[{"system":"urn:mrn","value":"1"}]"""), Urn1,
            ifNoneExist: "identifier=urn:mrn|1");

        var first = (await provider.Bundle("transaction", patient, Sample.Post(Sample.Observation(Urn1)))).Is(200);
        var second = (await provider.Bundle("transaction", patient, Sample.Post(Sample.Observation(Urn1)))).Is(200);

        Assert.Equal(["201", "201"], first.Statuses);
        Assert.Equal(["200", "201"], second.Statuses);
        Assert.Equal(Location(first.Entries[0]), Location(second.Entries[0]));
        Assert.Equal(
            Location(first.Entries[0]),
            (await provider.Get(Location(second.Entries[1]))).Json.GetProperty("subject").GetProperty("reference").GetString());
        (await provider.Create(Sample.Patient("Twin", more: ""","identifier":[{"system":"urn:mrn","value":"1"}]"""))).Is(201);
        (await provider.Bundle("transaction", patient)).IsRefused(412, "multiple-matches");
    }

    [Fact]
    public async Task IfNoneExist_creates_once_however_many_ask_at_the_same_moment()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var patient = Sample.Post(
            Sample.Patient("Once", more: ""","identifier":[{"system":"urn:mrn","value":"1"}]"""), ifNoneExist: "identifier=urn:mrn|1");

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => provider.Bundle("transaction", patient)));

        Assert.All(answers, answer => answer.Is(200));
        Assert.Single(answers, answer => answer.Statuses[0] == "201");
        Assert.Single((await provider.Get("Patient")).Ids);
    }

    [Fact]
    public async Task Deletes_come_first_then_creates_then_updates_then_reads()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/a", Sample.Patient("A", "a"))).Is(201);
        (await provider.Put("Patient/b", Sample.Patient("Old", "b"))).Is(201);

        var answer = (await provider.Bundle(
            "transaction",
            Sample.Get("Patient?_total=accurate"),
            Sample.Get("Patient/b"),
            Sample.Put(Sample.Patient("New", "b"), "Patient/b", ifMatch: "W/\"1\""),
            Sample.Post(Sample.Patient("C")),
            Sample.Delete("Patient/a"))).Is(200);

        Assert.Equal(["200", "200", "200", "201", "204"], answer.Statuses);
        var found = answer.Entries[0].GetProperty("resource");
        Assert.Equal(2, found.GetProperty("total").GetInt32());
        Assert.Equal("New", answer.Entries[1].GetProperty("resource").GetProperty("name")[0].GetProperty("family").GetString());
        Assert.Equal("W/\"2\"", answer.Entries[2].GetProperty("response").GetProperty("etag").GetString());
    }

    [Fact]
    public async Task An_older_version_is_read_within_the_same_reach_as_outside()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        (await provider.Put("Observation/o", Sample.Observation("Patient/ben", "1111-1", "o"))).Is(201);
        (await provider.Put("Observation/o", Sample.Observation("Patient/anna", "2222-2", "o"))).Is(200);
        var anna = await clinic.Patient("anna");

        var read = (await provider.Bundle("transaction", Sample.Get("Observation/o/_history/1"), Sample.Get("Observation/o"))).Is(200);

        Assert.Equal(
            ["1", "2"],
            read.Entries.Select(entry => entry.GetProperty("resource").GetProperty("meta").GetProperty("versionId").GetString()));
        Assert.Equal(
            ["404", "200"],
            (await anna.Bundle("batch", Sample.Get("Observation/o/_history/1"), Sample.Get("Observation/o/_history/2"))).Is(200).Statuses);
    }

    [Fact]
    public async Task No_two_entries_write_the_same_resource()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        (await provider.Bundle(
            "transaction", Sample.Put(Sample.Patient("1", "a"), "Patient/a"), Sample.Put(Sample.Patient("2", "a"), "Patient/a")))
            .IsRefused(400, "invalid");
        (await provider.Bundle("transaction", Sample.Put(Sample.Patient("1", "a"), "Patient/a"), Sample.Delete("Patient/a")))
            .IsRefused(400, "invalid");
        (await provider.Bundle("transaction", Sample.Post(Sample.Patient("1"), Urn1), Sample.Post(Sample.Patient("2"), Urn1))).Is(400);
    }

    [Theory]
    [InlineData("GET", "Patient/a/_history/x")]
    [InlineData("GET", "Patient/a/_history")]
    [InlineData("PUT", "Patient/a/_history/1")]
    [InlineData("GET", "Patient/a/$everything")]
    [InlineData("GET", "metadata")]
    [InlineData("DELETE", "Patient/a/_history/1")]
    [InlineData("DELETE", "Patient")]
    [InlineData("DELETE", "Patient?")]
    [InlineData("DELETE", "Patient?_count=101&name=x")]
    [InlineData("DELETE", "Patient?shoe-size=44")]
    [InlineData("PUT", "Patient?")]
    [InlineData("PUT", "Patient/a?identifier=1")]
    [InlineData("PUT", "Patient/b")]
    [InlineData("PUT", "Patient/not_an_id")]
    [InlineData("POST", "Patient/a")]
    [InlineData("POST", "Observation")]
    [InlineData("POST", "../Patient")]
    [InlineData("PATCH", "Patient/a")]
    [InlineData("HEAD", "Patient/a")]
    [InlineData("GET", "http://elsewhere.example.org/fhir/Patient/a")]
    [InlineData("GET", "")]
    public async Task An_entry_that_is_not_understood_changes_nothing(string method, string url)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/a", Sample.Patient("A", "a"))).Is(201);
        var entry = $$$$"""{"resource":{{{{Sample.Patient("Changed", "a")}}}},"request":{"method":"{{{{method}}}}","url":"{{{{url}}}}"}}""";

        (await provider.Bundle("transaction", entry)).Is(400);
        var batch = (await provider.Bundle("batch", entry, Sample.Get("Patient/a"))).Is(200);

        Assert.Equal(["400", "200"], batch.Statuses);
        Assert.Equal(
            "OperationOutcome", batch.Entries[0].GetProperty("response").GetProperty("outcome").GetProperty("resourceType").GetString());
        Assert.Equal("1", (await provider.Get("Patient/a")).Is(200).VersionId);
    }

    [Fact]
    public async Task A_large_transaction_is_one_run_of_the_log_with_the_resources_first()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        var padding = new string('p', 16_000);
        var entries = Enumerable.Range(0, 600).Select(number => number % 3 == 0
            ? Sample.Post(Sample.Appointment("Patient/1"))
            : Sample.Post(Sample.Observation("Patient/1", more: $$$$""","note":[{"text":"{{{{padding}}}}"}]""")));

        var others = Enumerable.Range(0, 20).Select(_ => provider.Create(Sample.Patient("Beside"))).ToArray();
        var answer = (await provider.Bundle("transaction", entries)).Is(200);
        foreach (var other in others) (await other).Is(201);

        Assert.Equal(600, answer.Entries.Count);
        Assert.All(answer.Statuses, status => Assert.Equal("201", status));
        var log = await clinic.Log();
        Assert.Equal(Enumerable.Range(1, log.Count).Select(position => (long)position), log.Select(logged => logged.Position));
        var run = log.Where(
            logged =>
            logged.Resource!.StartsWith("Observation", StringComparison.Ordinal)
            || logged.Resource.StartsWith("Appointment", StringComparison.Ordinal)).ToList();
        Assert.Equal(800, run.Count);
        Assert.Equal(799, run[^1].Position - run[0].Position);
        Assert.All(run.Take(600), logged => Assert.Equal("resource.created", logged.Type));
        Assert.All(run.Skip(600), logged => Assert.Equal("appointment.created", logged.Type));
    }

    [Theory]
    [InlineData("""{"resourceType":"Bundle"}""")]
    [InlineData("""{"resourceType":"Bundle","type":"collection","entry":[]}""")]
    [InlineData("""{"resourceType":"Bundle","type":"history"}""")]
    [InlineData("""{"resourceType":"Bundle","type":7}""")]
    [InlineData("""{"resourceType":"Patient"}""")]
    public async Task Only_batches_and_transactions_are_taken_at_the_base(string body) =>
        (await (await (await Clinic.Open(server)).Provider()).Post("", body)).IsRefused(400, "invalid");

    [Fact]
    public async Task A_bundle_has_a_limit_of_entries()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var entries = Enumerable.Repeat(Sample.Get("Patient/1"), server.Options.BundleEntries + 1).ToList();

        (await provider.Bundle("batch", entries)).IsRefused(422, "too-costly");
        (await provider.Bundle("transaction", entries)).IsRefused(422, "too-costly");
    }

    [Theory]
    [InlineData("transaction")]
    [InlineData("batch")]
    public async Task An_empty_bundle_is_answered_with_one(string type)
    {
        var answer =
            (await (await (await Clinic.Open(server)).Provider()).Post("", $$$$"""{"resourceType":"Bundle","type":"{{{{type}}}}"}"""))
            .Is(200);

        Assert.Equal($"{type}-response", answer.Json.GetProperty("type").GetString());
    }

    private static string Location(JsonElement entry)
    {
        var parts = entry.GetProperty("response").GetProperty("location").GetString()!.Split('/');
        return $"{parts[^4]}/{parts[^3]}";
    }
}

public sealed class TransactionsOnSqlite(SqliteFhirServer server) : TransactionTests(server);

public sealed class TransactionsOnPostgres(PostgresFhirServer server) : TransactionTests(server);
