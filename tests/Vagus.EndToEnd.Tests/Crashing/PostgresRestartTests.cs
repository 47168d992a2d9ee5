using System.Globalization;
using System.Net;
using Vagus.EndToEnd.Tests.Clustering;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Testing;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>PostgreSQL is shut down at once and started again while writers, a subscriber and a consumer are at work.</summary>
public sealed class PostgresRestartTests
{
    private const int Restarts = 3;
    private const int Writers = 4;
    private static readonly TimeSpan CatchUpLimit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task No_acknowledged_write_is_lost_and_server_consumers_and_subscribers_go_on_by_themselves()
    {
        await using var postgres = await PostgresServer.StartOwn();
        await using var server = await RunningServer.StartOn(ServerData.On(await postgres.AddDatabase()));
        await using var node = Counted.StartNode(server.Data);
        await using var subscriber = new RawSubscriber(server, "admin", logged => logged.Labels == Sensitivity.None);
        using var reader = server.SignIn("service");
        await reader.Token();
        await Condition.Becomes(() => subscriber.IsFollowing && Counted.HasTaken(node), "everything is at work", () => server.Said);
        var acknowledged = new Acknowledged();
        var writers = Enumerable.Range(0, Writers)
            .Select(number => new Writer(server, reader, acknowledged, $"r{number}", number)).ToList();
        using var stop = new CancellationTokenSource();
        var writing = writers.Select(writer => writer.WriteUntil(stop.Token)).ToList();

        for (var restart = 0; restart < Restarts; restart++)
        {
            await acknowledged.More(40, () => server.Said);
            await postgres.StopAtOnce();
            await Condition.Becomes(
                async () => await Ready(reader) == HttpStatusCode.ServiceUnavailable, "it is not ready", () => server.Said);
            await postgres.StartAgain();
            await Condition.Becomes(async () => await Ready(reader) == HttpStatusCode.OK, "it is ready again", () => server.Said);
        }

        await acknowledged.More(40, () => server.Said);
        await stop.CancelAsync();
        await Task.WhenAll(writing);

        Assert.False(server.Process.HasExited, server.Said);
        Assert.All(writers.SelectMany(writer => writer.Refused), refused => Assert.Contains(": 503 ", refused, StringComparison.Ordinal));
        Assert.Empty(await Acknowledged.Missing(reader, acknowledged.Versions));
        var log = await LogCheck.Contiguous(server.Data, Clinic.Tenant);
        Assert.Empty(LogCheck.Untold(log, acknowledged.Versions));
        await Condition.Holds(() => subscriber.HasCaughtUp(log), CatchUpLimit);
        Assert.Empty(subscriber.Differences(log));
        await Condition.Becomes(
            async () => await Counted.Last(server.Data.Database, new TenantId(Clinic.Tenant)) == log.Count, "the consumer has caught up",
            () => node.Said);
        var consumed = await Counted.Read(server.Data.Database, new TenantId(Clinic.Tenant));
        Assert.Equal(log.Select(logged => logged.Position), consumed.Select(row => row.Position));
        Figures.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"PostgreSQL: {Restarts} immediate restarts, {acknowledged.Versions.Count} versions acknowledged, {log.Count} events, ")
            + string.Create(
                CultureInfo.InvariantCulture,
                $"{writers.Sum(writer => writer.Refused.Count)} requests refused, {subscriber.Reconnections} new connections"));
    }

    private static async Task<HttpStatusCode> Ready(SignedIn reader) =>
        (await reader.Send(HttpMethod.Get, "/health/ready", body: null, bearer: null)).Status;
}
