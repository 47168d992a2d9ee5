using Vagus.Fhir.Bundles;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Api.Tests.Bundles;

/// <summary>Bodies larger than a megabyte have turns: of a user one, of an organization all but one, of a process so many.</summary>
public abstract class LargeBodyTests(Engine engine) : IAsyncLifetime
{
    private readonly FhirServer server = new(engine)
    {
        Options = new FhirOptions { LargeBodies = 3, LargeBodyWait = TimeSpan.FromSeconds(2) },
    };

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Large_batches_of_one_user_wait_for_each_other_and_keep_no_other_user_waiting()
    {
        var clinic = await Clinic.Open(server);
        var (provider, other) = (await clinic.Provider(), await clinic.Provider());
        var held = await BatchTurns.TakeAll(clinic, provider);

        var batches = Enumerable.Range(0, LargeBodies.Waiting + 2).Select(_ => Large(provider, Sample.Get("Patient?name=A"))).ToList();
        var first = await Task.WhenAny(batches).WaitAsync(BatchTurns.Limit);
        var besides = await Large(other, Sample.Get("Patient?name=A")).WaitAsync(BatchTurns.Limit);
        var small = await provider.Bundle("batch", Sample.Post(Sample.Patient("Small"))).WaitAsync(BatchTurns.Limit);
        held.ForEach(turn => turn.Dispose());
        var answers = await Task.WhenAll(batches).WaitAsync(BatchTurns.Limit);

        (await first).IsRefused(429, "throttled");
        Assert.Equal(["200"], besides.Statuses);
        Assert.Equal(["201"], small.Statuses);
        Assert.Equal(LargeBodies.Waiting + 1, answers.Count(answer => answer.Status == 200));
    }

    [Fact]
    public async Task A_large_body_is_refused_where_others_of_its_organization_hold_its_turns_for_long()
    {
        var clinic = await Clinic.Open(server);
        Person[] busy = [await clinic.Provider(), await clinic.Provider()];
        var third = await clinic.Provider();
        var elsewhere = await (await Clinic.Open(server)).Provider();
        var held = new List<IDisposable>();
        foreach (var person in busy) held.AddRange(await BatchTurns.TakeAll(clinic, person));
        var batches = busy.Select((person, each) =>
            Large(person, Sample.Get("Patient?name=A"), Sample.Post(Sample.Patient($"New{each}")))).ToList();
        await BatchTurns.UntilWritten(third, "New0");
        await BatchTurns.UntilWritten(third, "New1");

        var refused = await Large(third, Sample.Get("Patient?name=A")).WaitAsync(BatchTurns.Limit);
        var besides = await Large(elsewhere, Sample.Get("Patient?name=A")).WaitAsync(BatchTurns.Limit);
        held.ForEach(turn => turn.Dispose());
        await Task.WhenAll(batches).WaitAsync(BatchTurns.Limit);
        var after = await Large(third, Sample.Get("Patient?name=A")).WaitAsync(BatchTurns.Limit);

        refused.IsRefused(503, "transient");
        Assert.Equal(["200"], besides.Statuses);
        Assert.Equal(["200"], after.Statuses);
    }

    // Blanks make the body large, and cost nothing to parse.
    private static Task<Answer> Large(Person person, params IEnumerable<string> entries)
    {
        var (blanks, all) = (new string(' ', 1024 * 1024), string.Join(',', entries));
        return person.Post("", $$$$"""{{{{blanks}}}}{"resourceType":"Bundle","type":"batch","entry":[{{{{all}}}}]}""");
    }
}

public sealed class LargeBodiesOnSqlite() : LargeBodyTests(Engine.Sqlite);

public sealed class LargeBodiesOnPostgres() : LargeBodyTests(Engine.Postgres);
