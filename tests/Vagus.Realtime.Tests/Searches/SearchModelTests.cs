using System.Text.Json;

namespace Vagus.Realtime.Tests.Searches;

/// <summary>
/// Random writes, searches, disconnects and returns: when the writes pause, each client's list is what the search finds there, by the FHIR
/// door and by a matcher of the test's own.
/// </summary>
public abstract class SearchModelTests(Engine engine)
{
    private const int Steps = 100;
    private const int Clients = 10;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task The_list_of_each_client_is_what_its_search_finds(int seed)
    {
        var random = new Random(seed);
        await using var clinic = await LiveClinic.Open(engine, OptionsOf(random));
        var run = new Run(random, clinic, await clinic.SignIn(Role.Admin, sensitive: true));
        await run.Admit();
        try
        {
            for (var step = 0; step < Steps; step++) await run.Step();
            await run.Settle();
        }
        finally
        {
            await run.DisposeAsync();
        }

        Assert.Empty(clinic.Errors);
        Assert.True(run.Told > Steps, $"{run.Told} changes were told.");
        TestContext.Current.TestOutputHelper?.WriteLine($"{run.Told} changes, {run.Resets} pages, {run.Compared} lists");
    }

    // Half of the runs have queues so small that clients fall behind, and a replay so short that some begin anew. The clock stands still,
    // and with it the pace that frames are held to.
    private static RealtimeOptions OptionsOf(Random random)
    {
        var options = new RealtimeOptions { MaxFramesPerSecond = 1_000_000 };
        return random.Next(2) == 0 ? options : options with { MaxQueuedFrames = 4, MaxSearchReplay = 15 };
    }

    private sealed class Run(Random random, LiveClinic clinic, SignedIn writer) : IAsyncDisposable
    {
        private readonly Dictionary<string, SearchedRecord> records = new(StringComparer.Ordinal);
        private readonly List<SignedIn> people = [];
        private readonly List<SearchClient> clients = [];

        public int Told => clients.Sum(client => client.Changes);

        public int Resets => clients.Sum(client => client.Resets);

        public int Compared { get; private set; }

        public async Task Admit()
        {
            people.Add(writer);
            people.Add(await clinic.SignIn(Role.Provider));
            people.Add(await clinic.SignIn(Role.Nurse, sensitive: true));
            people.Add(await clinic.SignIn(Role.Patient, patient: "p0"));
            people.Add(await clinic.SignIn(Role.Patient, patient: "p1", sensitive: true));
            await Write(random, 12);
            for (var each = 0; each < Clients; each++)
                clients.Add(new SearchClient(clinic, people[random.Next(people.Count)], DrawnSearch.Draw(random)));
        }

        public async Task Step()
        {
            switch (random.Next(10))
            {
                case < 6:
                    var writing = Write(new Random(random.Next()), random.Next(1, 9));
                    if (random.Next(2) == 0) await Return();
                    await writing;
                    break;
                case < 8:
                    await Return();
                    break;
                case < 9:
                    var client = clients[random.Next(Clients)];
                    if (client.IsOn) await client.Lose(random.Next(4));
                    break;
                default:
                    await Settle();
                    break;
            }
        }

        /// <summary>Nothing is written while the lists are compared.</summary>
        public async Task Settle()
        {
            var head = await clinic.Head();
            foreach (var client in clients)
            {
                if (!client.IsOn) await client.Connect(asSameClient: random.Next(2) == 0);
                await client.Reach(head);
                var answer = await clinic.Ask(client.Person, $"{client.Search.Query}&_count=1000");
                Assert.Equal(Found(answer), client.List);
                var expected = records.Values.Where(record => client.Search.Finds(record) && Sees(client.Person, record))
                    .Select(record => record.Id);
                Assert.Equal(expected.Order(StringComparer.Ordinal), client.List.Select(each => each.Split('/')[0]));
                Compared++;
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var client in clients) await client.DisposeAsync();
        }

        private async Task Return()
        {
            if (clients.Find(each => !each.IsOn) is { } away) await away.Connect(asSameClient: random.Next(2) == 0);
        }

        private async Task Write(Random draws, int count)
        {
            for (var each = 0; each < count; each++) await Write(draws);
        }

        private async Task Write(Random draws)
        {
            var record = SearchedRecord.Draw(draws);
            if (draws.Next(6) == 0 && records.Remove(record.Id, out var known))
            {
                await clinic.Delete(writer, known.Type, known.Id);
                return;
            }

            // An update keeps the labels that it forgets.
            if (records.TryGetValue(record.Id, out var before) && before.IsLabelled) record = record with { IsLabelled = true };
            records[record.Id] = record;
            await clinic.Put(writer, record.Type, record.Id, record.Json());
        }

        private static bool Sees(SignedIn person, SearchedRecord record)
        {
            var isPatient = person.Role == Role.Patient;
            if (record.IsLabelled && !person.SeesLabels) return false;
            return !isPatient || (record.Patient == person.Patient && (record.Type != "Observation" || record.IsFinal));
        }

        private static IEnumerable<string> Found(JsonElement bundle) => !bundle.TryGetProperty("entry", out var entries)
            ? []
            : entries.EnumerateArray().Select(entry => entry.GetProperty("resource"))
                .Select(resource => $"{resource.GetProperty("id")}/{resource.GetProperty("meta").GetProperty("versionId")}")
                .Order(StringComparer.Ordinal);
    }
}

public sealed class SearchModelOnSqlite() : SearchModelTests(Engine.Sqlite);

public sealed class SearchModelOnPostgres() : SearchModelTests(Engine.Postgres);
