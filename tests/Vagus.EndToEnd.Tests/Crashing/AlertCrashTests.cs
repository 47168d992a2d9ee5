using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>
/// The server is killed between and in the middle of writing a critical value, raising its alert, telling the owner, acknowledging and
/// handing on. No alert is lost, doubled or stuck. VAGUS_ALERT_KILLS says how often (6 unless told), VAGUS_SEED when.
/// </summary>
public abstract class AlertCrashTests(Engine engine)
{
    private static readonly int Kills = Number("VAGUS_ALERT_KILLS", 6);
    private static readonly int Seed = Number("VAGUS_SEED", 20261127);

    [Fact]
    public async Task Killed_at_any_moment_the_server_raises_each_alert_once_and_hands_it_on_once()
    {
        await using var server = await RunningServer.Start(engine);
        using var laboratory = server.SignIn("service");
        using var provider = server.SignIn("provider");
        await AlertSteps.Write(laboratory, $"ServiceRequest/{AlertSteps.Order}", AlertSteps.Ordered());
        var random = new Random(Seed);
        var known = new List<string>();

        for (var kill = 0; kill < Kills; kill++)
        {
            // The first requests of a process are slow: what is to be interrupted comes after them.
            await AlertSteps.All(provider);
            var warm = AlertSteps.Critical(kill).Replace("critical-", "warm-", StringComparison.Ordinal);
            await AlertSteps.Write(laboratory, $"Observation/warm-{kill}", warm);
            known.Add($"warm-{kill}");

            // Before, while or after the alert is raised, acknowledged or handed on.
            var moment = Task.Delay(random.Next(kill % 3 == 0 ? 15 : 100));
            var writing = Tried(() => AlertSteps.Write(laboratory, $"Observation/critical-{kill}", AlertSteps.Critical(kill)));
            var answering = kill % 3 == 1 ? Tried(() => AcknowledgeNewest(provider)) : Task.FromResult(true);
            await moment;
            await server.Kill();
            if (await writing) known.Add($"critical-{kill}");
            await answering;
            if (kill % 3 == 2) await AlertSteps.LetTimePass(server.Data);
            await server.StartAgain();
        }

        await Condition.Becomes(
            async () => known.TrueForAll((await AlertSteps.Values(provider)).Contains), "every acknowledged value has its alert",
            () => server.Said);
        await AlertSteps.EachOnce(server, provider);
        await NoneIsStuck(server, provider);
        Figures.Say(string.Create(
            CultureInfo.InvariantCulture, $"{engine}: {Kills} kills, {known.Count} values acknowledged, each with one alert"));
    }

    /// <summary>Whatever is due goes on: each alert comes to its next hand, once.</summary>
    private static async Task NoneIsStuck(RunningServer server, SignedIn reader)
    {
        await server.Kill();
        await AlertSteps.LetTimePass(server.Data);
        await server.StartAgain();
        await Condition.Becomes(
            async () => (await AlertSteps.All(reader)).TrueForAll(alert => (DateTimeOffset)alert["dueAt"]! > DateTimeOffset.UtcNow),
            "each alert was handed on", () => server.Said);
        Assert.All(await AlertSteps.All(reader), alert => Assert.Equal("escalated", (string)alert["state"]!));
        await AlertSteps.EachOnce(server, reader);
    }

    private static async Task AcknowledgeNewest(SignedIn person)
    {
        if (await AlertSteps.All(person) is [var newest, ..]) await person.Post($"/api/alerts/{(string)newest["id"]!}/acknowledge", "{}");
    }

    /// <summary>False where the server was killed before it answered.</summary>
    private static async Task<bool> Tried(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (Exception broken) when (broken is HttpRequestException or TaskCanceledException or IOException)
        {
            return false;
        }
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given : otherwise;
}

public sealed class SqliteAlertCrashTests() : AlertCrashTests(Engine.Sqlite);

public sealed class PostgresAlertCrashTests() : AlertCrashTests(Engine.Postgres);
