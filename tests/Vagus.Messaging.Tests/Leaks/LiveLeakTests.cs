using System.Text.Json;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Leaks;

/// <summary>What is told of texts without being one: who is typing where, and how many there are.</summary>
public abstract class LiveLeakTests(House house)
{
    [Fact]
    public async Task That_somebody_types_is_told_to_those_who_take_part_and_to_nobody_else()
    {
        var scene = await LeakScene.Open(house);
        await scene.Write();
        var sockets = new Dictionary<Person, LiveSocket>();
        foreach (var person in scene.People.Values) sockets[person] = await LiveSocket.Open(house, person);
        var check = new LeakCheck(scene);

        foreach (var (person, socket) in sockets) await TypeEverywhere(scene, person, socket);
        // The next event comes behind what was told before.
        foreach (var patient in (string[])["patient", "stranger"]) await scene[patient].Begins();

        var way = new Way("typing", async (_, person) => await Heard(scene, person, sockets[person]), InThread) { IsWordless = true };
        await check.Ask(way);
        check.Passes(moreFound: 5, moreHidden: 250);
        Assert.Contains(scene["doctor"].Id, await Heard(scene, scene["parent"], sockets[scene["parent"]]), StringComparison.Ordinal);
        foreach (var socket in sockets.Values) await socket.DisposeAsync();
    }

    [Fact]
    public async Task Numbers_are_of_what_one_may_read_alone()
    {
        var scene = await LeakScene.Open(house);
        await scene.Write();

        var told = new List<string>();
        foreach (var (name, person) in scene.People.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            var answer = await person.Get($"{AtStaff}/metrics");
            told.Add(answer.Status == 200 ? $"{name} {Numbers(scene, answer["messages"], answer["byPerson"])}" : $"{name} {answer.Status}");
        }

        // Of patients' threads: two begun here, in one of which the doctor wrote twice and took one back; one begun there.
        Assert.Equal(
            [
                "biller 0/0", "colleague 2/2 doctor", "doctor 2/2 doctor", "driver 403", "envoy 1/0", "foreigner 1/0", "neighbour 403",
                "nurse 2/2 doctor", "parent 403", "patient 403", "stranger 403",
            ],
            told);
    }

    private static string Numbers(LeakScene scene, JsonElement messages, JsonElement people)
    {
        var names = people.EnumerateArray().Select(each => each.Text("userId"))
            .Select(id => scene.People.SingleOrDefault(each => each.Value.Id == id).Key ?? id);
        var (patients, staff) = (messages.GetProperty("fromPatients"), messages.GetProperty("fromStaff"));
        return $"{patients}/{staff} {string.Join(' ', names)}".TrimEnd();
    }

    /// <summary>In each thread, and to each person, as far as it is let.</summary>
    private static async Task TypeEverywhere(LeakScene scene, Person person, LiveSocket socket)
    {
        foreach (var thread in scene.Threads.ToList())
        {
            var mayRead = scene.Secrets.Any(secret => secret.Thread == thread && secret.Readers.Contains(person));
            var answer = await socket.Ask("typing", new { threadId = thread, isTyping = true });
            Assert.Equal(mayRead, answer.GetProperty("ok").GetBoolean());
        }

        foreach (var other in scene.People.Values) await socket.Ask("typing", new { recipientId = other.Id, isTyping = true });
    }

    private static async Task<string> Heard(LeakScene scene, Person person, LiveSocket socket)
    {
        await socket.Reach(await scene.Last(person));
        return string.Join('\n', socket.Heard.Where(heard => heard.Name == "user_typing").Select(heard => heard.Payload.ToString()));
    }

    /// <summary>Of patients' threads those who have written take part, and not all who may read.</summary>
    private static string? InThread(Secret secret) => secret.Kind is Kind.Direct or Kind.Staff ? secret.Thread : null;
}

public sealed class LiveLeaksOnSqlite(SqliteHouse house) : LiveLeakTests(house);

public sealed class LiveLeaksOnPostgres(PostgresHouse house) : LiveLeakTests(house);
