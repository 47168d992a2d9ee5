using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Vagus.Bus.Connecting;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Bus.Intake;

/// <summary>
/// Takes what senders publish to a tenant's intake, in order and one message at a time over all nodes: NATS gives out the next one after
/// the acknowledgement of the one before, which comes after the commit.
/// </summary>
internal sealed partial class TakeEvents(
    NatsLine line, TakeMessage taking, BusOptions options, Database database, TimeProvider clock, ILogger<TakeEvents> logger)
    : BackgroundService
{
    private const string Durable = "vagus";
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AckWait = TimeSpan.FromSeconds(30);

    /// <summary>A pull that brings nothing ends after so long; stream and consumer are then made sure of anew.</summary>
    private static readonly NatsJSNextOpts Pull = new() { Expires = TimeSpan.FromSeconds(10), IdleHeartbeat = TimeSpan.FromSeconds(2) };

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(options.Senders.Select(sender => sender.TenantId).Distinct().Select(tenant => Follow(tenant, stoppingToken)));

    private async Task Follow(TenantId tenant, CancellationToken stopping)
    {
        var isFailing = false;
        var isElsewhere = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                line.DemandOpen();
                var wasElsewhere = isElsewhere;
                isElsewhere = !await IsServedHere(tenant, stopping);
                if (isElsewhere && !wasElsewhere) Log.Elsewhere(logger, tenant.Value);
                if (isElsewhere) await Task.Delay(Retry, clock, stopping);
                else await TakeWhileThereAre(await Consumer(tenant, stopping), tenant, stopping);
                isFailing = false;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception cause)
            {
                // The top of this tenant's loop: messages without an acknowledgement come again.
                var reason = cause is StreamRefusedException ? cause.Message : FailureName.CauseOf(cause);
                if (!isFailing) Log.Failed(logger, tenant.Value, reason);
                isFailing = true;
                await Task.Delay(Retry, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<INatsJSConsumer> Consumer(TenantId tenant, CancellationToken cancel)
    {
        await StreamRules.Ensure(line.JetStream, StreamRules.Intake(tenant, options.Limits), cancel);
        await StreamRules.Ensure(line.JetStream, StreamRules.Dead(tenant, options.Limits), cancel);
        return await line.JetStream.CreateOrUpdateConsumerAsync(
            Subjects.IntakeStream(tenant),
            new ConsumerConfig(Durable)
            {
                AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = AckWait, MaxAckPending = 1, MaxDeliver = -1,
            },
            cancel);
    }

    private async Task TakeWhileThereAre(INatsJSConsumer consumer, TenantId tenant, CancellationToken cancel)
    {
        while (await IsServedHere(tenant, cancel)
            && await consumer.NextAsync<byte[]>(opts: Pull, cancellationToken: cancel) is { } message)
        {
            await taking.Take(tenant, message, cancel);
        }
    }

    /// <summary>
    /// False while the tenant is being moved, and after: both installations may have its senders in their settings, and a message that one
    /// of them keeps is missing at the other.
    /// </summary>
    private async ValueTask<bool> IsServedHere(TenantId tenant, CancellationToken cancel) =>
        await database.QueryOne(CountStops, [tenant.Value], row => row.GetInt64(0), cancel) == 0;

    private static readonly Statement CountStops = new("""
        select count(*)
        from tenant_stop
        where tenant_id = @tenant_id
        """);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The intake of tenant {Tenant} cannot be read ({Cause}); trying again")]
        public static partial void Failed(ILogger logger, string tenant, string cause);

        [LoggerMessage(2, LogLevel.Information, "The tenant {Tenant} is being moved or has moved: its intake is left to the installation that serves it")]
        public static partial void Elsewhere(ILogger logger, string tenant);
    }
}
