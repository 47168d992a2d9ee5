using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Hosting;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// Sends what is due, in every process that serves FHIR: each subscription by itself and one notification after the other. What is not sent
/// yet stands in the log and waits nowhere else. Receivers that have failed have places of their own, so those that answer never wait for
/// those that do not; and each tenant has its part of either (<see cref="SendingPlaces"/>).
/// </summary>
internal sealed partial class SendNotifications(
    Database database, TakeNotification take, EndNotification end, RecordFault faults, Receivers receivers, TimeProvider clock,
    ILogger<SendNotifications> logger)
    : BackgroundService
{
    private const long Batch = 200;

    // Another process may have counted events, or ended; its hint does not come here.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly SendingPlaces answering = new(all: 256, ofTenant: 64, ofReceiver: 32);
    private readonly SendingPlaces failing = new(all: 32, ofTenant: 8, ofReceiver: 4);
    private readonly ConcurrentDictionary<(TenantId Tenant, string Id), Task> underway = new();
    private readonly SemaphoreSlim wake = new(0);

    /// <summary>A hint that something may be due.</summary>
    public void Wake() => wake.Release();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Look(stoppingToken);
                await wake.WaitAsync(Interval, stoppingToken);
                while (wake.Wait(0, CancellationToken.None)) continue;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception cause)
            {
                // The top of the loop.
                Log.LookFailed(logger, FailureName.Of(cause));
                await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(underway.Values);
    }

    private async ValueTask Look(CancellationToken cancel)
    {
        await BeginAll(DueTables.Due, answering, cancel);
        await BeginAll(DueTables.DueAgain, failing, cancel);
    }

    /// <summary>Page after page, until nothing more has a place: what cannot be worked on now holds up nothing behind it.</summary>
    private async ValueTask BeginAll(Statement due, SendingPlaces places, CancellationToken cancel)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        var after = (Due: long.MinValue, Tenant: "", Id: "");
        while (places.AreFree)
        {
            object?[] asked = [now, after.Due, after.Tenant, after.Id, places.FullTenants(), places.FullReceivers(), Batch];
            var rows = await database.Query(due, asked, SubscriptionRow.Of, cancel);
            foreach (var row in rows) Begin(row, places, cancel);
            if (rows.Count < Batch) return;
            after = (rows[^1].DueAt ?? now, rows[^1].Tenant.Value, rows[^1].Id);
        }
    }

    private void Begin(SubscriptionRow row, SendingPlaces places, CancellationToken cancel)
    {
        if (underway.ContainsKey((row.Tenant, row.Id)) || !places.TryTake(row)) return;
        var listed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        underway[(row.Tenant, row.Id)] = SendAll(row, places, listed.Task, cancel);
        listed.SetResult();
    }

    /// <summary>The top of one subscription: a fault of it holds up no other one.</summary>
    private async Task SendAll(SubscriptionRow row, SendingPlaces places, Task listed, CancellationToken cancel)
    {
        await listed;
        var hasSent = false;
        var at = row;
        TakenNotification? sending = null;
        try
        {
            while (await take.Run(row, cancel) is { } taken)
            {
                (at, sending) = (taken.Row, taken);
                var answer = await receivers.Send(taken, cancel);
                sending = null;
                Note(taken.Row, answer);
                await end.Run(taken, answer, cancel);
                hasSent = true;
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await end.PutOff(at);
        }
        catch (Exception cause)
        {
            Log.Failed(logger, row.Tenant.Value, row.Id, FailureName.Of(cause));
            await faults.Run(at, sending is null ? null : DeliveryOutcome.OfFault(sending));
        }
        finally
        {
            places.Leave(row);
            underway.TryRemove((row.Tenant, row.Id), out _);
            // What was counted since the last look at it found it under way.
            if (hasSent) Wake();
        }
    }

    private void Note(SubscriptionRow row, HookAnswer answer)
    {
        answering.Note(row, answer != HookAnswer.Unanswered);
        failing.Note(row, answer != HookAnswer.Unanswered);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Due notifications could not be looked for ({Cause}); trying again")]
        public static partial void LookFailed(ILogger logger, string cause);

        [LoggerMessage(2, LogLevel.Error, "Tenant {Tenant}: subscription {Subscription} could not be worked on ({Cause}); trying again")]
        public static partial void Failed(ILogger logger, string tenant, string subscription, string cause);
    }
}
