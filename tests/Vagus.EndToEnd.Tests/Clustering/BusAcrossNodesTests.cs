using System.Globalization;
using System.Text;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.EndToEnd.Tests.Clustering;

/// <summary>
/// Two nodes publish to NATS under writes all the time: the one that does is paused and woken up again, or killed, and NATS is stopped in
/// between. The stream must hold the log: each event once and in order.
/// </summary>
public sealed class BusAcrossNodesTests
{
    private static readonly TenantId Tenant = new(Clinic.Tenant);

    [Fact]
    public async Task Nodes_that_are_paused_and_killed_leave_each_event_once_and_in_order_in_the_stream()
    {
        await using var nats = await NatsServer.Start();
        Dictionary<string, string> settings = new() { ["VAGUS_NATS"] = nats.Url };
        await using var one = await RunningServer.Start(Engine.Postgres, settings);
        await using var other = await one.StartBeside(settings);
        await using var reader = new PublishedEvents(nats.Url);
        using var stop = new CancellationTokenSource();
        var writing = Write(one.Data, stop.Token);

        await Published(one, reader, 100);
        await Publisher(one, other).Process.Pause();
        await Published(one, reader, 200);
        await one.Process.Continue();
        await other.Process.Continue();
        await nats.Stop();
        await Condition.Becomes(async () => await Last(one) > 400, "events wait");
        await nats.StartAgain();
        await Published(one, reader, 450);
        var killed = Publisher(one, other);
        await killed.Kill();
        await Published(one, reader, 550);
        await killed.StartAgain([], settings);
        await stop.CancelAsync();
        await writing;

        var log = (await one.Data.ReadLog(Clinic.Tenant)).Select(each => ((long?)each.Position, each.EventId)).ToList();
        await Condition.Becomes(async () => await reader.Count(Clinic.Tenant) >= log.Count, "everything is published", () => other.Said);
        Assert.Equal(log, await reader.Events(Clinic.Tenant));
    }

    /// <summary>The node that said last that it runs the consumer and did not lose it.</summary>
    private static RunningServer Publisher(RunningServer one, RunningServer other) => Epoch(one) > Epoch(other) ? one : other;

    private static long Epoch(RunningServer server)
    {
        const string words = "runs the consumer nats from now on, epoch ";
        var line = server.Said.Split('\n').LastOrDefault(said => said.Contains(words, StringComparison.Ordinal));
        if (line is null) return 0;
        var epoch = line[(line.IndexOf(words, StringComparison.Ordinal) + words.Length)..].Trim();
        return long.Parse(epoch, CultureInfo.InvariantCulture);
    }

    private static Task Published(RunningServer server, PublishedEvents reader, int more) => Condition.Becomes(
        async () => await reader.Count(Clinic.Tenant) > more, $"more than {more} events are published", () => server.Said);

    private static async Task<long> Last(RunningServer server) => (await server.Data.Log.Extent(Tenant, CancellationToken.None)).Last;

    /// <summary>Past the servers, as a further node of the cluster.</summary>
    private static async Task Write(ServerData data, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var written = await data.Commit.Write<long>(
                Tenant,
                async (write, cancel) => await write.Append(
                    new NewEvent(Guid.NewGuid().ToString(), "appointment.created", Encoding.UTF8.GetBytes("{}")), cancel),
                CancellationToken.None);
            Assert.False(written.IsRefused);
            await Task.Delay(10, CancellationToken.None);
        }
    }
}
