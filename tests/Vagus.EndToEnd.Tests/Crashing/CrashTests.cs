using System.Diagnostics;
using System.Globalization;
using Vagus.Access.Authorization;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>
/// The server is killed again and again while several writers import. VAGUS_CRASHES says how often (3 unless told), VAGUS_SEED when.
/// </summary>
public abstract class CrashTests(Engine engine)
{
    private const int Writers = 4;
    private const string ForOnePerson = "notification.";
    private static readonly TimeSpan CatchUpLimit = TimeSpan.FromSeconds(90);
    private static readonly int Crashes = Number("VAGUS_CRASHES", 3);
    private static readonly int Seed = Number("VAGUS_SEED", 20260504);

    [Fact]
    public async Task Killed_at_any_moment_the_server_keeps_what_it_acknowledged_and_tells_everybody_once()
    {
        await using var server = await RunningServer.Start(engine);
        using var reader = server.SignIn("service");
        var acknowledged = new Acknowledged();
        await using var subscribers = new Subscribers(Following(server));
        var clock = Stopwatch.StartNew();

        using var stop = new CancellationTokenSource();
        var (writers, writing) = StartWriting(server, acknowledged, stop.Token);
        var starts = await Crash(server, reader, acknowledged);
        await stop.CancelAsync();
        await Task.WhenAll(writing);

        var log = await Settled(server, reader, acknowledged);
        await Condition.Holds(() => subscribers.All.All(subscriber => subscriber.HasCaughtUp(log)), CatchUpLimit);

        Assert.Empty(writers.SelectMany(writer => writer.Halves));
        Assert.Empty(writers.SelectMany(writer => writer.Refused));
        NoDifferences(subscribers.All.SelectMany(subscriber => subscriber.Differences(log)));
        await using var late = new RawSubscriber(
            server, "admin", each => each.Position > LateFrom(log) && Everything(each), since: LateFrom(log));
        await Condition.Holds(() => late.HasCaughtUp(log), CatchUpLimit);
        NoDifferences(late.Differences(log));
        Report(acknowledged, writers, subscribers.All, log, clock.Elapsed, starts);
    }

    /// <summary>After each kill what was acknowledged since the last one is read back, and the log is looked at for holes.</summary>
    private static async Task<List<TimeSpan>> Crash(RunningServer server, SignedIn reader, Acknowledged acknowledged)
    {
        var random = new Random(Seed);
        var starts = new List<TimeSpan>();
        var (seen, head) = (0, 0L);
        for (var crash = 0; crash < Crashes; crash++)
        {
            await acknowledged.More(random.Next(1, 60), () => server.Said);
            // Somewhere within the work on the next few requests.
            await Task.Delay(random.Next(60));
            await server.Kill();
            await server.StartAgain();
            starts.Add(server.StartedIn);

            var versions = acknowledged.Versions;
            Assert.Empty(await Acknowledged.Missing(reader, versions.Skip(seen)));
            var added = await server.Data.ReadLog(Clinic.Tenant, after: head);
            Assert.Equal(Enumerable.Range(1, added.Count).Select(step => head + step), added.Select(each => each.Position));
            (seen, head) = (versions.Count, head + added.Count);
        }

        return starts;
    }

    private static async Task<List<LoggedEvent>> Settled(RunningServer server, SignedIn reader, Acknowledged acknowledged)
    {
        var versions = acknowledged.Versions;
        Assert.Empty(await Acknowledged.Missing(reader, versions));
        // What is critical raises alerts: the log grows until the consumer has read the last of it.
        await Condition.Becomes(async () => await HasRaisedAlerts(server.Data), "the alerts are raised", () => server.Said, CatchUpLimit);
        var log = await LogCheck.Contiguous(server.Data, Clinic.Tenant);
        Assert.Empty(LogCheck.Untold(log, versions));
        return log;
    }

    private static async Task<bool> HasRaisedAlerts(ServerData data)
    {
        var log = await data.ReadLog(Clinic.Tenant);
        var cursor = await data.Database.Query(AlertCursor, [Clinic.Tenant], row => row.GetInt64(0), CancellationToken.None);
        return log.FindLast(each => each.Type == "lab.critical.alert") is not { } last
            || (cursor is [var position] && position >= last.Position);
    }

    private static (List<Writer> Writers, List<Task> Writing) StartWriting(
        RunningServer server, Acknowledged acknowledged, CancellationToken stop)
    {
        var writers = Enumerable.Range(0, Writers)
            .Select(number => new Writer(server, server.SignIn("service"), acknowledged, $"w{number}", Seed + number)).ToList();
        var writing = writers.Select(writer => writer.WriteUntil(stop)).ToList();
        if (Programs.SampleData("synthea-r4") is not { } folder)
        {
            Figures.LeftOut("the Synthea bundles", "they are not here; only generated ones are written");
            return (writers, writing);
        }

        var importer = new Writer(server, server.SignIn("service"), acknowledged, "synthea", Seed);
        writing.Add(importer.WriteFiles(Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal), stop));
        return ([.. writers, importer], writing);
    }

    /// <summary>Who sees everything on each transport, and who sees a part.</summary>
    private static List<Subscriber> Following(RunningServer server)
    {
        List<Subscriber> raw = [new RawSubscriber(server, "admin", Everything), new RawSubscriber(server, "lab", LabWork)];
        if (SocketIoSubscriber.Missing is { } missing)
        {
            Figures.LeftOut("the subscribers over Socket.IO", missing);
            return raw;
        }

        return [.. raw, SocketIoSubscriber.Start(server, "admin", "websocket", Everything),
            SocketIoSubscriber.Start(server, "front_desk", "upgrade", FrontDesk),
            SocketIoSubscriber.Start(server, "nurse", "polling", Clinical)];
    }

    // The only administrator owns the alerts of critical values, since nobody is on call and their providers cannot sign in.
    private static bool Everything(LoggedEvent logged) => logged.Labels == Sensitivity.None;

    private static bool LabWork(LoggedEvent logged) =>
        logged.Labels == Sensitivity.None
            && (In(logged, "lab.", "biopsy.")
            || (In(logged, "resource.") && RoleGrants.MayRead(Role.Lab, logged.Resource!.Split('/')[0])));

    private static bool FrontDesk(LoggedEvent logged) =>
        logged.Labels == Sensitivity.None && In(logged, "patient.", "appointment.", "encounter.started", "encounter.completed", "thread.")
            && !In(logged, "patient.allergy.");

    private static bool Clinical(LoggedEvent logged) =>
        logged.Labels == Sensitivity.None
            && !In(logged, "claim.", "payment.", "prior_auth.", "patient.balance_changed", ForOnePerson);

    private static bool In(LoggedEvent logged, params string[] families) =>
        families.Any(family => logged.Type.StartsWith(family, StringComparison.Ordinal));

    private static void NoDifferences(IEnumerable<string> differences)
    {
        var all = string.Join(Environment.NewLine, differences.Take(20));
        if (all.Length > 0) Assert.Fail(all);
    }

    /// <summary>The last 9,500 positions at most: the server replays 100,000 (<c>RealtimeOptions.MaxReplay</c>).</summary>
    private static long LateFrom(List<LoggedEvent> log) => Math.Max(0, log.Count - 9_500);

    private void Report(
        Acknowledged acknowledged, List<Writer> writers, IReadOnlyList<Subscriber> subscribers, List<LoggedEvent> log, TimeSpan took,
        List<TimeSpan> starts)
    {
        var ordered = starts.Order().ToList();
        var lost = writers.Sum(writer => writer.Lost);
        Figures.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{engine}: {Crashes} kills in {took.TotalSeconds:0} s, {acknowledged.Requests} transactions and {acknowledged.Versions.Count} versions acknowledged, {log.Count} events, {lost} answers lost ({writers.Sum(writer => writer.LostButKept)} of them kept), start to ready p50 {ordered[ordered.Count / 2].TotalMilliseconds:0} ms, max {ordered[^1].TotalMilliseconds:0} ms"));
        foreach (var subscriber in subscribers)
            Figures.Say($"{engine}: {subscriber.Name}: {subscriber.Count} events, {subscriber.Reconnections} connections");
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given : otherwise;

    private static readonly Statement AlertCursor = new("""
        select position
        from log_cursor
        where tenant_id = @tenant_id
          and consumer = 'alerts'
        """);
}

public sealed class SqliteCrashTests() : CrashTests(Engine.Sqlite);

public sealed class PostgresCrashTests() : CrashTests(Engine.Postgres);
