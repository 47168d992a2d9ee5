using System.Globalization;
using NATS.Client.Core;
using NATS.Client.JetStream;
using Vagus.Bus.Connecting;
using Vagus.Bus.Publishing;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;

namespace Vagus.Bus;

/// <summary>The state of NATS under the settings of the server.</summary>
/// <param name="Found">In one line: the server's version, streams, how far they are behind.</param>
/// <param name="Problem">The reason for which events do not go out; null where they do.</param>
/// <param name="Behind">The largest number of events of one tenant that are not published yet.</param>
public sealed record BusFindings(string Found, string? Problem, long Behind);

/// <summary>Looks at NATS and the streams over a connection of its own, and changes nothing: for <c>vagus doctor</c>.</summary>
public static class InspectBus
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static async ValueTask<BusFindings> Look(BusOptions options, Database database, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Limit);
        await using var line = new NatsLine(options);
        try
        {
            await line.Connection.ConnectAsync().AsTask().WaitAsync(limit.Token);
            return await Look(line, options, database, limit.Token);
        }
        catch (Exception cause) when (cause is NatsException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return new BusFindings("not reached", $"NATS does not answer ({FailureName.CauseOf(cause)})", 0);
        }
    }

    private static async ValueTask<BusFindings> Look(NatsLine line, BusOptions options, Database database, CancellationToken cancel)
    {
        if (line.Connection.ServerInfo is not { JetStreamAvailable: true } server)
            return new BusFindings("reached", "JetStream is switched off in NATS", 0);
        var cursors = await new Cursors(database).OfConsumer(PublishToNats.ConsumerName, cancel);
        var heads = (await database.Query(ReadHeads, [], row => (row.GetString(0), row.GetInt64(1)), cancel)).ToDictionary();
        var behind = heads.Select(head => head.Value - cursors.Find(each => each.Tenant.Value == head.Key).Position)
            .DefaultIfEmpty().Max();
        foreach (var (tenant, _) in cursors)
        {
            if (await ProblemOf(line.JetStream, tenant, options, cancel) is { } problem) return new BusFindings("reached", problem, behind);
        }

        var found = string.Create(
            CultureInfo.InvariantCulture, $"NATS {server.Version}, {cursors.Count} streams, at most {behind} events behind");
        return new BusFindings(found, null, behind);
    }

    private static async ValueTask<string?> ProblemOf(
        NatsJSContext jetStream, TenantId tenant, BusOptions options, CancellationToken cancel)
    {
        var (name, wanted) = (Subjects.EventStream(tenant), StreamRules.Events(tenant, options.Limits));
        if (await StreamRules.Find(jetStream, name, cancel) is not { } info) return $"the stream {name} is missing";
        var differences = StreamRules.Differences(wanted, info.Config);
        return differences.Count == 0 ? null : new StreamRefusedException(name, differences).Message;
    }

    private static readonly Statement ReadHeads = new("""
        select tenant_id, position
        from log_head
        order by tenant_id
        """);
}
