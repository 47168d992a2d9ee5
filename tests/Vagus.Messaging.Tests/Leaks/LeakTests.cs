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
        var check = new LeakCheck(scene);

        foreach (var way in LeakWays.All) await check.Ask(way);

        check.Passes(moreFound: 150, moreHidden: 2_000);
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
                var may = secret.Kind is Kind.Message or Kind.Direct or Kind.Staff && secret.Readers.Contains(scene[name]);
                Assert.True(may == told.Contains(secret.Word, StringComparison.Ordinal), $"{name}, {secret.Kind}: {told}");
            }

            await socket.DisposeAsync();
        }
    }

    [Fact]
    public async Task Live_over_the_plain_socket_each_message_is_told_to_who_may_read_it_and_its_text_to_nobody()
    {
        var scene = await LeakScene.Open(house);
        var sockets = new Dictionary<Person, RawSocket>();
        foreach (var person in scene.People.Values) sockets[person] = await RawSocket.Open(house, person);
        var check = new LeakCheck(scene);

        await scene.Write();

        await check.Ask(LeakWays.Sealed("/ws", async (_, person) => await sockets[person].Told(await scene.Last(person))));
        check.Passes(moreFound: 15, moreHidden: 150);
        foreach (var socket in sockets.Values) await socket.DisposeAsync();
    }

    [Fact]
    public async Task What_one_may_not_read_counts_as_unread_for_who_may_alone()
    {
        var scene = await LeakScene.Open(house);
        var before = await Counts(scene);
        Assert.All(before, each => Assert.Equal(0, each.Value));

        await scene.Write();

        // Threads with something of others: the nurse and the doctor have both patients' and their own two, of which each began one.
        var counts = await Counts(scene);
        Assert.Equal(
            "biller 0, colleague 2, doctor 3, envoy 1, foreigner 2, neighbour 0, nurse 3, parent 1, patient 1, stranger 0",
            string.Join(", ", counts.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Key} {each.Value}")));
    }

    private static async Task<Dictionary<string, int>> Counts(LeakScene scene)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, person) in scene.People.Where(each => each.Key != "driver"))
            counts[name] = (await person.Get($"{LeakScene.DoorOf(person)}/unread-count")).Is(200)["count"].GetInt32();
        return counts;
    }
}

public sealed class LeaksOnSqlite(SqliteHouse house) : LeakTests(house);

public sealed class LeaksOnPostgres(PostgresHouse house) : LeakTests(house);
