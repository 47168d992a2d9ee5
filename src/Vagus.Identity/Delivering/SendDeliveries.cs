using Microsoft.Extensions.Logging;
using Vagus.Access.Outgoing;
using Vagus.Identity.Queue;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Identity.Delivering;

/// <summary>
/// Sends what is due, in every process, each channel by itself: a mail server that does not answer holds up no call. What is urgent has its
/// own places, so that it waits for nothing that is not. See README.md beside the queue.
/// </summary>
internal sealed partial class SendDeliveries(
    Database database, TakeDelivery take, EndDelivery end, IEnumerable<IChannel> channels, TimeProvider clock,
    ILogger<SendDeliveries> logger)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    public static readonly IReadOnlyList<NoticeChannel> Channels = Enum.GetValues<NoticeChannel>();

    private const int Batch = 50;
    private const int AtOnce = 4;
    private const int UrgentAtOnce = 16;

    /// <summary>Sends what is due by one channel: what is urgent, or all else.</summary>
    public async Task Send(NoticeChannel channel, bool urgent, CancellationToken cancel)
    {
        var places = urgent ? UrgentAtOnce : AtOnce;
        while (true)
        {
            var due = await DeliveryQueue.Due(database, channel, urgent, clock.GetUtcNow(), Batch, cancel);
            // Those of one person one after the other: the first may tell of all.
            var people = due.GroupBy(each => (each.Tenant, Of: each.User?.Value ?? each.Id));
            await Parallel.ForEachAsync(
                people, new ParallelOptions { MaxDegreeOfParallelism = places, CancellationToken = cancel },
                async (deliveries, stop) =>
                {
                    foreach (var each in deliveries) await SendOrPutOff(each, stop);
                });
            if (due.Count < Batch) return;
        }
    }

    /// <summary>The top of one delivery: a fault of it must not hold up the others, nor those that are being sent.</summary>
    private async Task SendOrPutOff(Delivery read, CancellationToken cancel)
    {
        try
        {
            await SendOne(read, cancel);
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            Log.Failed(logger, read.Tenant.Value, read.Id, read.Channel.Name(), read.Kind, FailureName.Of(cause));
            await PutOff(read, cancel);
        }
    }

    /// <summary>Where not even that can be written, it is due again at once, or when its lease runs out.</summary>
    private async Task PutOff(Delivery read, CancellationToken cancel)
    {
        try
        {
            await end.PutOff(read, cancel);
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            Log.NotPutOff(logger, read.Tenant.Value, read.Id, FailureName.Of(cause));
        }
    }

    private async Task SendOne(Delivery read, CancellationToken cancel)
    {
        if (await take.Run(read, cancel) is not { } taken) return;
        var row = taken.Row;
        if (taken.IsRepeated) Log.Repeated(logger, row.Tenant.Value, row.Id, row.Channel.Name(), row.Kind);
        var channel = channels.First(each => each.Serves(row.Channel));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(channel.Longest);
        ChannelAnswer answer;
        try
        {
            answer = await channel.Send(taken, limit.Token);
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            await end.Failed(taken, cause, cancel);
            return;
        }

        if (answer == ChannelAnswer.Taken) Log.Sent(logger, row.Tenant.Value, row.Id, row.Channel.Name(), row.Kind);
        await end.Answered(taken, answer);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Tenant {Tenant}: delivery {Delivery} by {Channel} ({Kind}) was sent")]
        public static partial void Sent(ILogger logger, string tenant, string delivery, string channel, string kind);

        [LoggerMessage(
            2, LogLevel.Error, "Tenant {Tenant}: delivery {Delivery} by {Channel} ({Kind}) could not be looked at ({Cause}); it is tried again")]
        public static partial void Failed(ILogger logger, string tenant, string delivery, string channel, string kind, string cause);

        [LoggerMessage(4, LogLevel.Error, "Tenant {Tenant}: delivery {Delivery} could not be put off ({Cause})")]
        public static partial void NotPutOff(ILogger logger, string tenant, string delivery, string cause);

        [LoggerMessage(
            3, LogLevel.Warning,
            "Tenant {Tenant}: delivery {Delivery} by {Channel} ({Kind}) is sent again, for an attempt ended without an outcome")]
        public static partial void Repeated(ILogger logger, string tenant, string delivery, string channel, string kind);
    }
}
