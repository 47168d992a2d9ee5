using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>
/// The server is killed between and in the middle of writing a critical value, raising its alert, telling the owner, acknowledging, handing
/// on and resolving: at random moments, and as soon as the log shows a step. No alert is lost, doubled or stuck. VAGUS_ALERT_KILLS says
/// how often (4 unless told), VAGUS_SEED when.
/// </summary>
public abstract class AlertCrashTests(Engine engine)
{
    private static readonly int Kills = Number("VAGUS_ALERT_KILLS", 4);
    private static readonly int Seed = Number("VAGUS_SEED", 20261127);

    [Fact]
    public async Task Killed_at_any_moment_the_server_raises_each_alert_once_and_hands_it_on_once()
    {
        await using var server = await RunningServer.Start(engine);
        using var ward = await AlertWard.Open(server);
        await using var owner = new RawSubscriber(server, "provider", ward.IsSeenByProvider);
        var (random, clock) = (new Random(Seed), Stopwatch.StartNew());
        var starts = new List<TimeSpan>();

        for (var kill = 0; kill < Kills; kill++)
        {
            await Interrupt(server, ward, kill, random);
            await server.StartAgain();
            starts.Add(server.StartedIn);
            await ward.NothingIsDue();
        }

        await Condition.Becomes(
            async () => ward.Known.HasAlertOfEachValue(await ward.Alerts()), "each value has its alert", () => server.Said);
        await server.Kill();
        await ward.MakeDue(int.MaxValue);
        await server.StartAgain();
        await ward.NothingIsDue();

        var (alerts, log) = (await ward.Alerts(), await LogCheck.Contiguous(server.Data, Clinic.Tenant));
        var contradictions = ward.Known.Contradictions(alerts, log).ToList();
        Assert.True(contradictions.Count == 0, string.Join(Environment.NewLine, contradictions.Take(20)));
        Assert.All(
            alerts, alert => Assert.Contains((string)alert["state"]!, (string[])["escalated", "resolved"]));
        await Condition.Holds(() => owner.HasCaughtUp(log), TimeSpan.FromSeconds(60));
        Assert.Equal([], owner.Differences(log));
        var start = starts.Order().ElementAt(starts.Count / 2).TotalMilliseconds;
        var (took, known) = (clock.Elapsed.TotalSeconds, ward.Known);
        Figures.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{engine}: {Kills} kills in {took:0} s, start to ready p50 {start:0} ms, {known.Values} values and {known.Answered} acknowledgements")
            + string.Create(
                CultureInfo.InvariantCulture,
                $" and resolutions answered, {alerts.Count} alerts, {known.Escalations} escalations, {log.Count} events"));
    }

    /// <summary>Each kind of moment in turn.</summary>
    private static async Task Interrupt(RunningServer server, AlertWard ward, int kill, Random random)
    {
        var step = (kill % 7) switch
        {
            0 => null,
            1 => "lab.critical.alert",
            2 => "alert.raised",
            3 => "notification.critical",
            4 => "alert.acknowledged",
            5 => "alert.escalated",
            _ => "alert.resolved",
        };
        // The first requests of a process are slow: the ones that are interrupted come after them, and the events that are waited for too.
        await ward.Write($"warm-{kill}");
        await ward.HasRaised($"warm-{kill}");
        var head = await ward.Head();
        if (step is "alert.escalated") await ward.MakeDue(random.Next(1, 20));
        var acting = step switch
        {
            null => Task.WhenAll(ward.Write($"value-{kill}"), ward.AcknowledgeNewest()),
            "alert.acknowledged" => ward.AcknowledgeNewest(),
            "alert.resolved" => ward.ResolveNewest(),
            "alert.escalated" => Task.CompletedTask,
            _ => ward.Write($"value-{kill}"),
        };
        if (step is null) await Task.Delay(random.Next(120));
        else await ward.Shows(step, head);
        await Task.Delay(random.Next(12));
        await server.Kill();
        await acting;
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given : otherwise;
}

public sealed class SqliteAlertCrashTests() : AlertCrashTests(Engine.Sqlite);

public sealed class PostgresAlertCrashTests() : AlertCrashTests(Engine.Postgres);
