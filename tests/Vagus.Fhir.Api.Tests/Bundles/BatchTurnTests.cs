using Vagus.Fhir.Reading;

namespace Vagus.Fhir.Api.Tests.Bundles;

/// <summary>Searches inside batches wait for the turn of their user, and keep nobody else waiting.</summary>
public abstract class BatchTurnTests(FhirServer server)
{
    private const string LookUp = "identifier=urn:mrn|1";
    private static readonly TimeSpan Limit = BatchTurns.Limit;

    [Fact]
    public async Task Searches_in_batches_wait_for_the_turn_of_their_user_alone()
    {
        var clinic = await Clinic.Open(server);
        var (provider, other) = (await clinic.Provider(), await clinic.Provider());
        (await provider.Put("Patient/a", Sample.Patient("A", "a"))).Is(201);
        var held = await BatchTurns.TakeAll(clinic, provider);

        var waits = provider.Bundle("batch", Sample.Get("Patient?_id=a"), Sample.Get("Patient?name=A"), Sample.Post(Sample.Patient("New")));
        var besides = await other.Bundle("batch", Sample.Get("Patient/a"), Sample.Get("Patient?name=A")).WaitAsync(Limit);
        var alone = await provider.Get("Patient?name=A").WaitAsync(Limit);
        await BatchTurns.UntilWritten(provider, "New");
        var isHeld = !waits.IsCompleted;
        held.ForEach(turn => turn.Dispose());
        var answer = await waits.WaitAsync(Limit);

        Assert.True(isHeld);
        Assert.Equal(["200", "200"], besides.Statuses);
        alone.Is(200);
        Assert.Equal(["200", "200", "201"], answer.Statuses);
    }

    [Fact]
    public async Task Reads_by_id_in_batches_need_no_turn()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        (await provider.Put("Patient/a", Sample.Patient("A", "a"))).Is(201);
        var held = await BatchTurns.TakeAll(clinic, provider);

        var answer = await provider.Bundle("batch", Sample.Get("Patient/a"), Sample.Get("Patient/a/_history/1")).WaitAsync(Limit);
        held.ForEach(turn => turn.Dispose());

        Assert.Equal(["200", "200"], answer.Statuses);
    }

    [Theory]
    [InlineData("_sort=name,birthdate")]
    [InlineData("_total=accurate")]
    [InlineData("_count=201")]
    [InlineData("_include=*")]
    [InlineData("_revinclude:iterate=Observation:subject")]
    public async Task Searches_of_a_costly_form_take_the_turns_of_their_user_alone(string form)
    {
        var clinic = await Clinic.Open(server);
        var (provider, other) = (await clinic.Provider(), await clinic.Provider());
        await using var full = await BatchTurns.FillAll(clinic, provider);

        (await provider.Get($"Patient?{form}")).IsRefused(429, "throttled");
        (await provider.Search("Patient", form)).IsRefused(429, "throttled");
        (await provider.Get("Patient?_sort=-birthdate&_count=200")).Is(200);
        (await other.Get($"Patient?{form}")).Is(200);

        await full.DisposeAsync();
        (await provider.Get($"Patient?{form}")).Is(200);
    }

    [Fact]
    public async Task Conditional_requests_take_the_turns_of_their_user_but_for_look_ups()
    {
        var clinic = await Clinic.Open(server);
        var (provider, other) = (await clinic.Provider(), await clinic.Provider());
        await using var full = await BatchTurns.FillAll(clinic, provider);

        (await CreateIfNone(provider, "name=A")).IsRefused(429, "throttled");
        (await provider.Put("Patient?name=A", Sample.Patient("A"))).IsRefused(429, "throttled");
        (await CreateIfNone(provider, LookUp)).Is(201);
        (await CreateIfNone(other, "name=B")).Is(201);

        await full.DisposeAsync();
        (await CreateIfNone(provider, "name=A")).Is(201);

        static Task<Answer> CreateIfNone(Person person, string condition) =>
            person.Create(Sample.Patient("C"), request => request.Headers.Add("If-None-Exist", condition));
    }

    [Fact]
    public async Task A_search_that_finds_too_many_before_it_is_refused_by_itself()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        (await provider.Put("Patient/a", Sample.Patient("A", "a"))).Is(201);
        await using var full = await BatchTurns.FillAll(clinic, provider);

        var answer = (await provider.Bundle("batch", Sample.Get("Patient?_id=a"), Sample.Post(Sample.Patient("New"))).WaitAsync(Limit)).Is(200);
        await full.DisposeAsync();
        var after = await provider.Bundle("batch", Sample.Get("Patient?_id=a")).WaitAsync(Limit);

        Assert.Equal(["429", "201"], answer.Statuses);
        Assert.Equal(["200"], after.Statuses);
    }

    [Fact]
    public async Task A_transaction_has_so_many_searches_at_most()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var searches = Enumerable.Repeat(Sample.Get("Patient?name=A"), server.Options.TransactionSearches).ToList();
        var read = Sample.Get("Patient/a");
        var put = Sample.Put(Sample.Patient("A", "a"), "Patient/a");

        (await provider.Bundle("transaction", [.. searches, read, put])).Is(200);
        var refused = (await provider.Bundle("transaction", [.. searches, searches[0], put])).Is(422);

        Assert.Equal("too-costly", refused.Json.GetProperty("issue")[0].GetProperty("code").GetString());
        Assert.Equal("1", (await provider.Get("Patient/a")).VersionId);
    }

    [Theory]
    [InlineData("Patient?name=A")]
    [InlineData("Patient?" + LookUp)]
    public async Task Conditions_in_batches_wait_for_the_turn_of_their_user_alone(string condition)
    {
        var clinic = await Clinic.Open(server);
        var (provider, other) = (await clinic.Provider(), await clinic.Provider());
        var patient = Sample.Patient("A", more: ""","identifier":[{"system":"urn:mrn","value":"1"}]""");
        var create = Sample.Post(patient, ifNoneExist: condition);
        var held = await BatchTurns.TakeAll(clinic, provider);

        var waits = provider.Bundle("batch", create, Sample.Post(Sample.Patient("New")));
        await BatchTurns.UntilWritten(provider, "New");
        var besides = await other.Bundle("batch", create, Sample.Put(patient, condition)).WaitAsync(Limit);
        var isHeld = !waits.IsCompleted;
        held.ForEach(turn => turn.Dispose());
        var answer = await waits.WaitAsync(Limit);

        Assert.True(isHeld);
        besides.Is(200);
        Assert.Equal(["200", "201"], answer.Statuses);
    }

    [Fact]
    public async Task Conditions_of_a_transaction_are_among_its_searches_but_for_look_ups()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var most = server.Options.TransactionSearches;
        var lookUps = Enumerable.Range(0, most).Select(each => Create($"identifier=urn:mrn|{each}")).ToList();
        var searches = Enumerable.Range(0, most).Select(each => Create($"name=Nobody{each}")).ToList();

        var taken = await provider.Bundle("transaction", [.. lookUps, .. searches]);
        var create = await provider.Bundle("transaction", [.. lookUps, .. searches, Create("name=Last")]);
        var update = await provider.Bundle("transaction", [Sample.Put(Sample.Patient("A"), "Patient?name=Last"), .. searches]);
        var delete = await provider.Bundle("transaction", [.. searches, Sample.Delete("Patient?name=Last")]);

        taken.Is(200);
        IsAbove(create, entry: 2 * most);
        IsAbove(update, entry: most);
        IsAbove(delete, entry: most);
    }

    [Fact]
    public async Task Conditional_references_of_a_transaction_are_among_its_searches_but_for_look_ups()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var most = server.Options.TransactionSearches;
        var created = Enumerable.Range(0, most + 1).Select(each => Sample.Put(Identified(each), $"Patient/p{each}"));
        (await provider.Bundle("transaction", created)).Is(200);

        var taken = await provider.Bundle("transaction", Referring(each => $"Patient?identifier=urn:mrn|{each}"));
        var refused = await provider.Bundle("transaction", Referring(each => $"Patient?name=Family{each}"));

        taken.Is(200);
        IsAbove(refused, entry: most);

        string Identified(int each) => Sample.Patient(
            $"Family{each}", $"p{each}", more: $$""","identifier":[{"system":"urn:mrn","value":"{{each}}"}]""");

        IEnumerable<string> Referring(Func<int, string> reference) =>
            Enumerable.Range(0, most + 1).Select(each => Sample.Post(Sample.Observation(reference(each))));
    }

    private static string Create(string condition) => Sample.Post(Sample.Patient("A"), ifNoneExist: condition);

    private void IsAbove(Answer answer, int entry)
    {
        answer.IsRefused(422, "too-costly");
        Assert.Contains($"Bundle.entry[{entry}], ", answer.Text, StringComparison.Ordinal);
        Assert.Contains($" {server.Options.TransactionSearches}, ", answer.Text, StringComparison.Ordinal);
    }
}

public sealed class BatchTurnsOnSqlite(SqliteFhirServer server) : BatchTurnTests(server);

public sealed class BatchTurnsOnPostgres(PostgresFhirServer server) : BatchTurnTests(server);
