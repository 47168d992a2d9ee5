using System.Globalization;
using Vagus.EndToEnd.Tests.Crashing;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Faults;

/// <summary>
/// Of two whole servers on one PostgreSQL the one that raises alerts and hands them on stands still, the other takes its leases, and the
/// first one wakes up in the middle of what it was doing.
/// </summary>
public sealed class PausedNodeTests
{
    private const int Rounds = 3;
    private const string Duty = "alert-escalation";

    [Fact]
    public async Task A_node_that_wakes_up_after_another_took_its_leases_neither_misses_nor_doubles_an_alert()
    {
        await using var one = await RunningServer.Start(Engine.Postgres);
        await using var other = await one.StartBeside();
        using var laboratory = one.SignIn("service");
        using var provider = one.SignIn("provider");
        await AlertSteps.Write(laboratory, "Patient/p1", """{"resourceType":"Patient","id":"p1"}""");
        await AlertSteps.Write(laboratory, $"ServiceRequest/{AlertSteps.Order}", AlertSteps.Ordered());

        for (var round = 0; round < Rounds; round++)
        {
            var before = 2 * round;
            var (working, waiting) = Epoch(one) > Epoch(other) ? (one, other) : (other, one);
            using var author = waiting.SignIn("service");
            using var reader = waiting.SignIn("provider");
            await AlertSteps.Write(author, $"Observation/critical-{before}", AlertSteps.Critical(before));
            var paused = await one.Data.Database.QueryOne(HasLease, [Duty], row => row.GetString(0), default);
            await working.Process.Pause();
            await AlertSteps.Write(author, $"Observation/critical-{before + 1}", AlertSteps.Critical(before + 1));
            await Condition.Becomes(
                async () => (await AlertSteps.All(reader)).Count == before + 2, "the other node raises it", () => waiting.Said);
            await HandedOn(waiting, reader);
            await Condition.Becomes(
                async () => await one.Data.Database.QueryOne(CountLeases, [paused], row => row.GetInt64(0), default) == 0,
                "the paused node has no lease any more", () => waiting.Said);
            await working.Process.Continue();
            await Condition.Becomes(() => Losses(working) > 0, "the paused node noticed", () => working.Said);

            await HandedOn(waiting, reader);
            await AlertSteps.EachOnce(waiting, reader);
            await Counts(working, before + 2);
        }

        await LogCheck.Contiguous(one.Data, Clinic.Tenant);
        Assert.False(one.Process.HasExited || other.Process.HasExited, one.Said + other.Said);
    }

    /// <summary>All limits are over; each alert comes to its next hand.</summary>
    private static async Task HandedOn(RunningServer by, SignedIn reader)
    {
        await AlertSteps.LetTimePass(by.Data);
        await Condition.Becomes(
            async () => (await AlertSteps.All(reader)).TrueForAll(alert => (DateTimeOffset)alert["dueAt"]! > DateTimeOffset.UtcNow),
            "each alert was handed on", () => by.Said);
    }

    /// <summary>The chart counted each alert once, whichever node did.</summary>
    private static async Task Counts(RunningServer server, int alerts)
    {
        using var reader = server.SignIn("provider");
        await Condition.Becomes(
            async () => (int?)(await reader.Get("/api/aggregate/patients/p1")).Json["criticalAlertCount"] == alerts,
            $"the chart counts {alerts}", () => server.Said);
    }

    private static int Losses(RunningServer server) =>
        server.Said.Split('\n').Count(line => line.Contains($"Another node has taken the duty {Duty}", StringComparison.Ordinal));

    /// <summary>The epoch under which it had the duty last; 0: never.</summary>
    private static long Epoch(RunningServer server)
    {
        const string words = $"has the duty {Duty} from now on, epoch ";
        var line = server.Said.Split('\n').LastOrDefault(said => said.Contains(words, StringComparison.Ordinal));
        if (line is null) return 0;
        return long.Parse(line[(line.IndexOf(words, StringComparison.Ordinal) + words.Length)..].Trim(), CultureInfo.InvariantCulture);
    }

    private static readonly Statement HasLease = new("select node from consumer_lease where consumer = @consumer");

    private static readonly Statement CountLeases = new("select count(*) from consumer_lease where node = @node");
}
