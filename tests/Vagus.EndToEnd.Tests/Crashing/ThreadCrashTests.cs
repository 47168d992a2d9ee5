using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>
/// The server is killed while twenty clients of two people reply, note, change, close, reopen, read and retract on one thread. Each message
/// that was answered is there once, and what was not answered at most once; places have no hole, and counts are right.
/// VAGUS_THREAD_KILLS says how often (3 unless told), VAGUS_SEED when.
/// </summary>
public abstract class ThreadCrashTests(Engine engine)
{
    private const string Door = "/api/patient-messages";
    private const int People = 20;
    private static readonly int Kills = Number("VAGUS_THREAD_KILLS", 3);
    private static readonly int Seed = Number("VAGUS_SEED", 20261127);

    private readonly ConcurrentDictionary<string, string> answered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> retracted = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> tried = new(StringComparer.Ordinal);
    private int steps;

    [Fact]
    public async Task Killed_at_any_moment_the_server_keeps_each_message_once_and_in_its_place()
    {
        var limits = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["VAGUS_SENDS_PER_MINUTE"] = "10000000", ["VAGUS_RATE_PER_PERSON"] = "0",
        };
        await using var server = await RunningServer.Start(engine, limits);
        using var provider = server.SignIn("provider");
        using var nurse = server.SignIn("nurse");
        var patient = await provider.Put("/fhir/Patient/p1", """{"resourceType":"Patient","id":"p1","birthDate":"1980-02-28"}""");
        Assert.True(patient.Succeeded, patient.Text);
        var begun = await provider.Post(
            $"{Door}/threads", """{"patientId":"p1","subject":"Race","category":"general","content":"begin"}""");
        Assert.True(begun.Succeeded, begun.Text);
        var thread = (string)begun.Json["thread"]!["id"]!;
        using var end = new CancellationTokenSource();
        var working = Enumerable.Range(0, People)
            .Select(number => Work(number % 2 == 0 ? provider : nurse, thread, number, end.Token)).ToArray();
        var random = new Random(Seed);

        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(random.Next(200, 2_000));
            await server.Kill();
            await server.StartAgain([], limits);
        }

        await end.CancelAsync();
        await Task.WhenAll(working);
        await Check(provider, nurse, thread);
        Figures.Say(string.Create(
            CultureInfo.InvariantCulture, $"{engine}: {Kills} kills, {steps} steps, {answered.Count} messages answered, each there once"));
    }

    private async Task Work(SignedIn person, string thread, int number, CancellationToken end)
    {
        var random = new Random(Seed + number);
        var own = new List<(string Id, string Client)>();
        for (var step = 0; !end.IsCancellationRequested; step++)
        {
            var client = string.Create(CultureInfo.InvariantCulture, $"{number}-{step}");
            try
            {
                await Step(person, thread, client, own, random);
                Interlocked.Increment(ref steps);
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException or TaskCanceledException)
            {
                // The line broke: a message that was not answered is sent once more when there is a server.
                await Task.Delay(50, CancellationToken.None);
            }
        }
    }

    private async Task Step(SignedIn person, string thread, string client, List<(string Id, string Client)> own, Random random)
    {
        var of = $"{Door}/threads/{thread}";
        switch (random.Next(10))
        {
            case < 5:
                own.Add((await Send(person, thread, client), client));
                break;
            case 5:
                await person.Post($"{of}/messages", $$"""{"content":"{{client}}","isInternalNote":true,"clientMessageId":"{{client}}"}""");
                break;
            case 6:
                await person.Post($"{of}/mark-read", "{}");
                break;
            case 7:
                await person.Put(of, """{"priority":"high"}""");
                break;
            case 8:
                await person.Post(random.Next(2) == 0 ? $"{of}/close" : $"{of}/reopen", "{}");
                break;
            case 9 when own.Count > 0:
                var (id, which) = own[random.Next(own.Count)];
                var back = await person.Post($"/api/messages/{id}/retraction", """{"reason":"x"}""");
                if (back.Succeeded) retracted[which] = true;
                break;
        }
    }

    /// <summary>Again until it is answered, with the same id of the client.</summary>
    private async Task<string> Send(SignedIn person, string thread, string client)
    {
        tried[client] = true;
        while (true)
        {
            try
            {
                var sent = await person.Post(
                    $"{Door}/threads/{thread}/messages", $$"""{"content":"{{client}}","clientMessageId":"{{client}}"}""");
                Assert.True(sent.Succeeded || (int)sent.Status >= 500, sent.Text);
                if (sent.Succeeded) return answered[client] = (string)sent.Json["id"]!;
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException or TaskCanceledException)
            {
                await Task.Delay(50);
            }
        }
    }

    private async Task Check(SignedIn provider, SignedIn nurse, string thread)
    {
        var messages = await All(provider, thread);
        Assert.Equal(Enumerable.Range(1, messages.Count).Select(at => (long)at), messages.Select(message => (long)message!["sequence"]!));
        var byClient = messages.Skip(1).ToLookup(message => (string)message!["clientMessageId"]!, StringComparer.Ordinal);
        Assert.All(byClient, same => Assert.Single(same));
        Assert.All(byClient, same => Assert.True(tried.ContainsKey(same.Key), same.Key));
        foreach (var (client, id) in answered) Assert.Equal(id, (string)Assert.Single(byClient[client])!["id"]!);
        foreach (var (client, _) in retracted) Assert.Equal("retracted", (string)Assert.Single(byClient[client])!["status"]!);
        foreach (var person in new[] { provider, nurse })
        {
            Assert.True((await person.Post($"{Door}/threads/{thread}/mark-read", "{}")).Succeeded);
            Assert.Equal(0, (int)(await person.Get($"{Door}/unread-count")).Json["count"]!);
        }
    }

    private static async Task<List<JsonNode?>> All(SignedIn person, string thread)
    {
        var all = new List<JsonNode?>();
        string? before = null;
        do
        {
            var from = before is null ? "" : $"&before={before}";
            var page = (await person.Get($"{Door}/threads/{thread}?limit=200{from}")).Json;
            all.InsertRange(0, page["messages"]!.AsArray().Where(item => (string)item!["kind"]! == "message"));
            before = (string?)page["nextCursor"];
        }
        while (before is not null);
        return all;
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given : otherwise;
}

public sealed class SqliteThreadCrashTests() : ThreadCrashTests(Engine.Sqlite);

public sealed class PostgresThreadCrashTests() : ThreadCrashTests(Engine.Postgres);
