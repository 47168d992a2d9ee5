namespace Vagus.Messaging.Tests.Leaks;

/// <summary>
/// Every text that the clinic's people write, every way by which something comes out, every person: who may read it finds it there, so the
/// way is known to show it, and nobody else finds a word or an id of it.
/// </summary>
public abstract class LeakTests(House house)
{
    [Fact]
    public async Task By_each_way_each_text_is_found_by_who_may_read_it_and_by_nobody_else()
    {
        var scene = await LeakScene.Open(house);
        await scene.Write();
        var (findings, found, hidden) = (new List<string>(), 0, 0);

        foreach (var way in LeakWays.All)
        {
            foreach (var (name, person) in scene.People)
            {
                var told = await way.Tell(scene, person);
                foreach (var secret in scene.Secrets)
                {
                    var may = secret.Readers.Contains(person);
                    if (may && way.Canary(secret) is { } canary)
                    {
                        found++;
                        if (!told.Contains(canary, StringComparison.OrdinalIgnoreCase))
                            findings.Add($"{way.Name}: {name} does not find the {secret.Kind} that it may read.");
                    }

                    foreach (var mark in Hidden(way, secret, person))
                    {
                        hidden++;
                        if (told.Contains(mark, StringComparison.OrdinalIgnoreCase))
                            findings.Add($"{way.Name}: {name} is told of a {secret.Kind} that it may not read there: {mark}.");
                    }
                }
            }
        }

        Assert.True(findings.Count == 0, string.Join('\n', findings));
        Assert.True(found > 100 && hidden > 1_000, $"{found} were to be found, {hidden} to be hidden.");
    }

    [Fact]
    public async Task Live_each_text_is_told_to_who_may_read_it_and_to_nobody_else()
    {
        var scene = await LeakScene.Open(house);
        var sockets = new Dictionary<string, LiveSocket>(StringComparer.Ordinal);
        foreach (var (name, person) in scene.People) sockets[name] = await LiveSocket.Open(house, person);

        await scene.Write();

        foreach (var (name, socket) in sockets)
        {
            await socket.Reach(await scene.Last(scene[name]));
            var told = string.Join('\n', socket.Heard.Select(heard => $"{heard.Name} {heard.Payload}"));
            foreach (var secret in scene.Secrets)
            {
                // Before it was retracted it was told as any other of the thread.
                if (secret.Kind == Kind.Retracted) continue;
                var may = secret.Kind is Kind.Message or Kind.Direct && secret.Readers.Contains(scene[name]);
                Assert.True(may == told.Contains(secret.Word, StringComparison.Ordinal), $"{name}, {secret.Kind}: {told}");
            }

            await socket.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_one_may_not_read_counts_as_unread_for_who_may_alone()
    {
        var scene = await LeakScene.Open(house);
        var before = await Counts(scene);
        Assert.All(before, each => Assert.Equal(0, each.Value));

        await scene.Write();

        // Threads with something of others: the nurse and the doctor have both patients' and their own, of which one began it.
        var counts = await Counts(scene);
        Assert.Equal(
            "biller 0, doctor 3, foreigner 1, neighbour 0, nurse 2, parent 1, patient 1, stranger 0",
            string.Join(", ", counts.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Key} {each.Value}")));
    }

    private static async Task<Dictionary<string, int>> Counts(LeakScene scene)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, person) in scene.People.Where(each => each.Key != "driver"))
            counts[name] = (await person.Get($"{LeakScene.DoorOf(person)}/unread-count")).Is(200)["count"].GetInt32();
        return counts;
    }

    /// <summary>Words are shown by ways that have a place for them only: no export has a note.</summary>
    private static IEnumerable<string> Hidden(Way way, Secret secret, Person person)
    {
        var may = secret.Readers.Contains(person);
        if (!may || way.IsWordless || way.Canary(secret) is null) yield return secret.Word;
        if (!may && secret.Kind is not (Kind.Retracted or Kind.Draft)) yield return secret.Id;
        if (!may && secret.Kind is Kind.Message or Kind.Direct) yield return secret.Thread;
    }
}

public sealed class LeaksOnSqlite(SqliteHouse house) : LeakTests(house);

public sealed class LeaksOnPostgres(PostgresHouse house) : LeakTests(house);
