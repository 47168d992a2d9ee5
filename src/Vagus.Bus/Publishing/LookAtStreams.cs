using Microsoft.Extensions.Logging;
using Vagus.Bus.Connecting;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Bus.Publishing;

/// <summary>
/// Finds streams that lost messages while nothing was published, and has them filled from the log. One node does it. A turn that ends
/// late does no harm: every message says after which one it comes.
/// </summary>
internal sealed partial class LookAtStreams(
    Streams streams, NatsLine line, Database database, BusOptions options, ILogger<LookAtStreams> logger) : LeasedDuty
{
    public const string DutyName = "nats-streams";

    public override string Name => DutyName;

    public override TimeSpan Interval => options.Limits.LookAtStreams;

    public override async ValueTask Turn(CancellationToken cancel)
    {
        if (!line.IsOpen) return;
        var served = await database.Query(
            Served, [PublishToNats.ConsumerName], row => (new TenantId(row.GetString(0)), row.GetInt64(1)), cancel);
        foreach (var (tenant, position) in served)
        {
            try
            {
                await streams.Of(tenant).Look(position, cancel);
            }
            catch (Exception cause) when (!cancel.IsCancellationRequested)
            {
                // The other tenants' streams are looked at all the same.
                Log.Failed(logger, tenant.Value, ReasonOf(cause));
            }
        }
    }

    private static string ReasonOf(Exception cause) =>
        cause is StreamRefusedException or StreamUnreadableException ? cause.Message : FailureName.Of(cause);

    // A tenant that has moved is left out: the other installation continues its stream, which no longer matches this log.
    private static readonly Statement Served = new($"""
        select tenant_id, position
        from log_cursor
        where consumer = @consumer
          and {NotStopped.Sql}
        order by tenant_id
        """);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The stream of tenant {Tenant} could not be looked at: {Cause}")]
        public static partial void Failed(ILogger logger, string tenant, string cause);
    }
}
