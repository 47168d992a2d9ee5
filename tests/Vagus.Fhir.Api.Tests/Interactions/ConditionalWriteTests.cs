using Vagus.Fhir.Api.Tests.Auditing;
using Vagus.Fhir.Api.Tests.Scopes;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Interactions;

/// <summary>Create, update and delete of what a search finds, each in a request of its own.</summary>
public abstract class ConditionalWriteTests(FhirServer server)
{
    private const string Mrn = "identifier=urn:mrn|1";
    private const string Identified = ""","identifier":[{"system":"urn:mrn","value":"1"}]""";

    [Fact]
    public async Task A_conditional_create_creates_once_and_then_answers_with_what_is_there()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var first = (await Create(provider, "First")).Is(201);
        var second = (await Create(provider, "Second")).Is(200);

        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal("W/\"1\"", second.ETag);
        Assert.Equal(first.Text, second.Text);
        (await provider.Create(Sample.Patient("Twin", more: Identified))).Is(201);
        (await Create(provider, "Third")).IsRefused(412, "multiple-matches");
        Assert.Equal(2, (await provider.Get($"Patient?{Mrn}")).Is(200).Total);
    }

    [Fact]
    public async Task Who_may_search_and_not_read_creates_once_too()
    {
        var feed = await new ScopedTokens(await Clinic.Open(server)).OfService("system/Patient.cs");

        var first = (await Create(feed, "First")).Is(201);
        var second = (await Create(feed, "Second")).Is(200);
        var entry = (await feed.Bundle("transaction", Sample.Post(Sample.Patient("Third", more: Identified), ifNoneExist: Mrn))).Is(200);

        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(["200"], entry.Statuses);
        (await feed.Get(first.Headers.Location!.ToString().Split("/fhir/")[1].Split("/_history")[0])).Is(403);
    }

    [Fact]
    public async Task A_conditional_create_creates_once_however_many_ask_at_the_same_moment()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Create(provider, $"N{number}")));

        Assert.Equal([.. Enumerable.Repeat(200, 15), 201], answers.Select(answer => answer.Status).Order());
        Assert.Equal(1, (await provider.Get($"Patient?{Mrn}")).Is(200).Total);
    }

    [Fact]
    public async Task A_conditional_update_creates_where_nothing_matches_and_updates_the_one_match()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var created = (await provider.Put($"Patient?{Mrn}", Sample.Patient("First", more: Identified))).Is(201);
        var updated = (await provider.Put($"Patient?{Mrn}", Sample.Patient("Second", more: Identified))).Is(200);
        var again = (await provider.Put($"Patient?{Mrn}", Sample.Patient("Third", created.Id, Identified))).Is(200);

        Assert.Equal((created.Id, "2"), (updated.Id, updated.VersionId));
        Assert.Equal("3", again.VersionId);
        Assert.EndsWith($"/fhir/Patient/{created.Id}/_history/3", again.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_id_of_the_body_must_be_that_of_the_match_and_must_not_be_taken()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/taken", Sample.Patient("Taken", "taken"))).Is(201);

        (await provider.Put($"Patient?{Mrn}", Sample.Patient("New", "taken", Identified))).IsRefused(409, "conflict");
        (await provider.Put($"Patient?{Mrn}", Sample.Patient("New", "chosen", Identified))).Is(201);
        (await provider.Put($"Patient?{Mrn}", Sample.Patient("New", "other", Identified))).IsRefused(400, "invalid");
        (await provider.Put($"Patient?{Mrn}", Sample.Patient("New", more: Identified), "W/\"9\"")).IsRefused(412, "conflict");
        (await provider.Put($"Patient?{Mrn}", Sample.Patient("New", more: Identified), "W/\"1\"")).Is(200);

        Assert.Contains("Taken", (await provider.Get("Patient/taken")).Is(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_conditional_updates_none_is_lost_and_one_creates()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            number => provider.Put($"Patient?{Mrn}", Sample.Patient($"N{number}", more: Identified))));

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers, answer => Assert.True(answer.Status is 200 or 201, answer.Text));
        Assert.Equal(1, (await provider.Get($"Patient?{Mrn}")).Is(200).Total);
    }

    [Fact]
    public async Task A_conditional_delete_takes_one_match_and_several_only_up_to_the_number_that_it_names()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        for (var number = 0; number < 3; number++) (await provider.Create(Sample.Patient($"P{number}", more: Identified))).Is(201);

        (await provider.Delete($"Patient?{Mrn}")).IsRefused(412, "multiple-matches");
        (await provider.Delete($"Patient?{Mrn}&_count=2")).IsRefused(412, "multiple-matches");
        (await provider.Delete($"Patient?{Mrn}&_count=101")).IsRefused(400, "invalid");
        Assert.Equal(3, (await provider.Get($"Patient?{Mrn}")).Is(200).Total);

        (await provider.Delete($"Patient?{Mrn}&_count=3")).Is(204);
        Assert.Equal(0, (await provider.Get($"Patient?{Mrn}")).Is(200).Total);
        (await provider.Delete($"Patient?{Mrn}")).Is(204);
    }

    [Fact]
    public async Task A_conditional_delete_of_several_takes_all_or_none_in_one_commit_and_each_is_recorded()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        foreach (var id in (string[])["a", "b", "c"]) (await provider.Put($"Patient/{id}", Sample.Patient(id, id, Identified))).Is(201);
        (await provider.Put("Patient/b", Sample.Patient("B", "b", Identified))).Is(200);
        var before = (await clinic.Log()).Count;

        (await provider.Delete($"Patient?{Mrn}&_count=3", request => request.Headers.TryAddWithoutValidation("If-Match", "W/\"1\""))).Is(412);
        Assert.Equal(["412"], (await provider.Bundle("batch", Sample.Delete($"Patient?{Mrn}&_count=2"))).Is(200).Statuses);
        Assert.Equal(3, (await provider.Get($"Patient?{Mrn}")).Is(200).Total);
        Assert.Equal(before, (await clinic.Log()).Count);
        (await provider.Delete($"Patient?{Mrn}&_count=3")).Is(204);

        foreach (var id in (string[])["a", "b", "c"]) (await provider.Get($"Patient/{id}")).Is(410);
        var gone = (await clinic.Log()).Where(logged => logged.Type == "resource.deleted").ToList();
        Assert.Equal(3, gone.Count);
        Assert.Single(gone.Select(logged => logged.OccurredAt).Distinct());
        Assert.Equal(
            ["delete Patient/a/_history/2 0", "delete Patient/b/_history/3 0", "delete Patient/c/_history/2 0"],
            (await AuditedAccess.Of(clinic)).Where(entry => entry is { Action: "delete", Outcome: 0 })
                .Select(entry => entry.Line).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Several_are_deleted_within_a_transaction_too_and_with_it_or_not_at_all()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        foreach (var id in (string[])["a", "b"]) (await provider.Put($"Patient/{id}", Sample.Patient(id, id, Identified))).Is(201);
        var deletes = Sample.Delete($"Patient?{Mrn}&_count=2");

        (await provider.Bundle("transaction", deletes, Sample.Put(Sample.Patient("C", "c"), "Patient/c", ifMatch: "W/\"7\""))).Is(412);
        Assert.Equal(2, (await provider.Get($"Patient?{Mrn}")).Is(200).Total);
        (await provider.Bundle("transaction", deletes, Sample.Put(Sample.Patient("C", "c"), "Patient/c"))).Is(200);

        Assert.Equal(0, (await provider.Get($"Patient?{Mrn}")).Is(200).Total);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("?shoe-size=44")]
    [InlineData("?_count=5")]
    public async Task Without_a_condition_nothing_is_changed(string query)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/a", Sample.Patient("A", "a"))).Is(201);

        (await provider.Delete($"Patient{query}", request => request.Headers.Add("Prefer", "handling=lenient"))).Is(400);
        (await provider.Put($"Patient{query}", Sample.Patient("B"))).Is(400);

        Assert.Equal("1", (await provider.Get("Patient/a")).Is(200).VersionId);
    }

    [Fact]
    public async Task What_a_caller_does_not_see_no_condition_of_theirs_finds()
    {
        var clinic = await Clinic.Open(server);
        var (sees, blind) = (await clinic.Provider(), await clinic.Provider(seesSensitive: false));
        (await sees.Put("Observation/hidden", Sample.Observation("Patient/p", "9999-9", "hidden", Sample.Labelled("R")))).Is(201);

        (await blind.Delete("Observation?code=9999-9")).Is(204);
        var own = (await blind.Put("Observation?code=9999-9", Sample.Observation("Patient/p", "9999-9"))).Is(201);
        (await blind.Create(
            Sample.Observation("Patient/p", "9999-9"), request => request.Headers.TryAddWithoutValidation("If-None-Exist", "code=9999-9")))
            .Is(200);

        Assert.NotEqual("hidden", own.Id);
        Assert.Equal("1", (await sees.Get("Observation/hidden")).Is(200).VersionId);
    }

    [Fact]
    public async Task Rights_are_those_of_the_write_and_of_the_search_and_each_is_recorded()
    {
        var clinic = await Clinic.Open(server);
        var (provider, driver) = (await clinic.Provider(), await clinic.Has(Role.Driver));

        (await driver.Delete("Patient?family=x")).IsRefused(403, "forbidden");
        (await driver.Put("Patient?family=x", Sample.Patient())).IsRefused(403, "forbidden");
        (await provider.Delete("AuditEvent?action=R")).IsRefused(403, "forbidden");
        (await provider.Put($"Patient?{Mrn}", Sample.Patient("First", "chosen", Identified))).Is(201);
        (await provider.Delete($"Patient?{Mrn}")).Is(204);

        Assert.Equal(
            [
                "delete Patient 4 forbidden", "update Patient 4 forbidden", "delete AuditEvent 4 forbidden", "search-type Patient 0",
                "create Patient/chosen/_history/1 0", "search-type Patient 0", "delete Patient/chosen/_history/2 0",
            ],
            (await AuditedAccess.Of(clinic))
                .SkipWhile(entry => entry.Outcome == 0).Select(entry => entry.Line));
    }

    private static Task<Answer> Create(Person person, string family) => person.Create(
        Sample.Patient(family, more: Identified), request => request.Headers.TryAddWithoutValidation("If-None-Exist", Mrn));
}

public sealed class ConditionalWritesOnSqlite(SqliteFhirServer server) : ConditionalWriteTests(server);

public sealed class ConditionalWritesOnPostgres(PostgresFhirServer server) : ConditionalWriteTests(server);
