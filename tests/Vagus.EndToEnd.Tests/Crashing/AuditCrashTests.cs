using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>
/// The server is killed while many read. Each read that was answered is in the audit, and none that was not asked.
/// VAGUS_AUDIT_KILLS says how often (3 unless told).
/// </summary>
public abstract class AuditCrashTests(Engine engine)
{
    private const int Readers = 24;

    [Fact]
    public async Task Killed_at_any_moment_the_server_has_recorded_each_read_that_it_answered()
    {
        await using var server = await RunningServer.Start(engine);
        using var provider = server.SignIn("provider");
        var random = new Random(20261127);
        var answered = new Dictionary<string, int>(StringComparer.Ordinal);
        var asked = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var reader = 0; reader < Readers; reader++)
        {
            var put = await provider.Put($"/fhir/Patient/{Id(reader)}", $$"""{"resourceType":"Patient","id":"{{Id(reader)}}"}""");
            Assert.True(put.Succeeded, put.Text);
        }

        for (var kill = 0; kill < Kills; kill++)
        {
            using var stop = new CancellationTokenSource();
            var reading = Task.WhenAll(
                Enumerable.Range(0, Readers).Select(reader => Read(provider, Id(reader), asked, answered, stop.Token)));
            // Under load a server that has just started needs a while for its first answers.
            var enough = (kill + 1) * 2 * Readers;
            await Condition.Becomes(() => Sum(answered) > enough, "each was read twice");
            await Task.Delay(random.Next(500));
            await server.Kill();
            await stop.CancelAsync();
            await reading;
            await server.StartAgain();
        }

        for (var reader = 0; reader < Readers; reader++)
            Assert.InRange(await Recorded(server, Id(reader)), answered[Id(reader)], asked[Id(reader)]);
        Figures.Say(string.Create(
            CultureInfo.InvariantCulture, $"{engine}: {Kills} kills, {answered.Values.Sum()} reads answered, each recorded"));
    }

    private static readonly int Kills =
        int.TryParse(Environment.GetEnvironmentVariable("VAGUS_AUDIT_KILLS"), CultureInfo.InvariantCulture, out var given) ? given : 3;

    private static string Id(int reader) => string.Create(CultureInfo.InvariantCulture, $"read-{reader}");

    private static async Task Read(
        SignedIn reader, string id, Dictionary<string, int> asked, Dictionary<string, int> answered, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Count(asked, id);
            try
            {
                if ((await reader.Get($"/fhir/Patient/{id}")).Succeeded) Count(answered, id);
            }
            catch (HttpRequestException)
            {
                // The server was killed under this read.
                return;
            }
        }
    }

    private static void Count(Dictionary<string, int> counts, string id)
    {
        lock (counts) counts[id] = counts.GetValueOrDefault(id) + 1;
    }

    private static int Sum(Dictionary<string, int> counts)
    {
        lock (counts) return counts.Values.Sum();
    }

    private static async Task<int> Recorded(RunningServer server, string id)
    {
        using var admin = server.SignIn("admin");
        var count = 0;
        for (string? cursor = ""; cursor is not null;)
        {
            var answer = await admin.Get($"/api/audit?patientId={id}&action=read&limit=200{cursor}");
            Assert.True(answer.Succeeded, answer.Text);
            count += answer.Json["items"]!.AsArray().Count;
            cursor = (string?)answer.Json["nextCursor"] is { } next ? $"&cursor={next}" : null;
        }

        return count;
    }
}

public sealed class SqliteAuditCrashTests() : AuditCrashTests(Engine.Sqlite);

public sealed class PostgresAuditCrashTests() : AuditCrashTests(Engine.Postgres);
