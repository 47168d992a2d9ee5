using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>
/// The server is killed while messages that wait for their time become due and are sent. Each message that was accepted is in its thread
/// once, under the id that it was accepted with, and none waits any more. VAGUS_MESSAGE_KILLS says how often (3 unless told), VAGUS_SEED
/// when.
/// </summary>
public abstract class HeldMessageCrashTests(Engine engine)
{
    private const string Door = "/api/patient-messages";
    private const int AtOnce = 12;
    private static readonly int Kills = Number("VAGUS_MESSAGE_KILLS", 3);
    private static readonly int Seed = Number("VAGUS_SEED", 20261127);

    [Fact]
    public async Task Killed_at_any_moment_the_server_sends_each_message_that_waited_once()
    {
        await using var server = await RunningServer.Start(engine);
        using var provider = server.SignIn("provider");
        var patient = await provider.Put("/fhir/Patient/p1", """{"resourceType":"Patient","id":"p1","birthDate":"1980-02-28"}""");
        Assert.True(patient.Succeeded, patient.Text);
        var begun = await provider.Post(
            $"{Door}/threads", """{"patientId":"p1","subject":"Later","category":"general","content":"begin"}""");
        Assert.True(begun.Succeeded, begun.Text);
        var thread = (string)begun.Json["thread"]!["id"]!;
        var random = new Random(Seed);
        var accepted = new Dictionary<string, string>(StringComparer.Ordinal);

        for (var kill = 0; kill < Kills; kill++)
        {
            var due = DateTimeOffset.UtcNow.AddSeconds(4);
            for (var number = 0; number < AtOnce; number++)
            {
                var text = $"{kill}-{number}";
                accepted[text] = await Schedule(provider, thread, text, due);
            }

            // All of them become due at one moment; the duty comes within a second of it.
            var moment = due.AddMilliseconds(random.Next(-100, 1_200)) - DateTimeOffset.UtcNow;
            if (moment > TimeSpan.Zero) await Task.Delay(moment);
            await server.Kill();
            await server.StartAgain();
        }

        await Condition.Becomes(
            async () => (await Scheduled(provider)).Count == 0, "nothing waits any more", () => server.Said);
        var messages = (await provider.Get($"{Door}/threads/{thread}?limit=200")).Json["messages"]!.AsArray();
        Assert.Equal(
            Enumerable.Range(1, accepted.Count + 1).Select(at => (long)at), messages.Select(message => (long)message!["sequence"]!));
        Assert.Equal(
            accepted.Select(each => $"{each.Key} {each.Value}").Order(StringComparer.Ordinal),
            messages.Skip(1).Select(message => $"{message!["content"]} {message["id"]}").Order(StringComparer.Ordinal));
        Figures.Say(string.Create(
            CultureInfo.InvariantCulture, $"{engine}: {Kills} kills, {accepted.Count} messages that waited, each sent once"));
    }

    private static async Task<string> Schedule(SignedIn author, string thread, string text, DateTimeOffset due)
    {
        var body = new JsonObject
        {
            ["content"] = text, ["clientMessageId"] = text, ["sendAfter"] = due.ToString("O", CultureInfo.InvariantCulture),
        };
        var answer = await author.Post($"{Door}/threads/{thread}/messages", body.ToJsonString());
        Assert.True(answer.Succeeded, answer.Text);
        return (string)answer.Json["id"]!;
    }

    private static async Task<JsonArray> Scheduled(SignedIn author) =>
        (await author.Get($"{Door}/scheduled")).Json["items"]!.AsArray();

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given : otherwise;
}

public sealed class SqliteHeldMessageCrashTests() : HeldMessageCrashTests(Engine.Sqlite);

public sealed class PostgresHeldMessageCrashTests() : HeldMessageCrashTests(Engine.Postgres);
