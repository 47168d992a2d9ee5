using System.Data.Common;
using Microsoft.Extensions.Logging;
using Vagus.Access.Outgoing;
using Vagus.Identity.Notices;
using Vagus.Identity.Queue;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Delivering;

/// <summary>Records what became of an attempt, and tells the room that caused the notice.</summary>
internal sealed partial class EndDelivery(
    GroupCommit commit, IEnumerable<INoticeSource> sources, TimeProvider clock, ILogger<EndDelivery> logger)
{
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan AfterFault = TimeSpan.FromMinutes(1);

    // SQLSTATE of PostgreSQL; SQLite has one writer.
    private const string UniqueViolation = "23505";

    /// <summary>In the write of what ends it.</summary>
    public async ValueTask Run(WriteTransaction write, Delivery row, NoticeOutcome outcome, CancellationToken cancel)
    {
        var wasInFlight = row.LeasedUntil is not null && await DeliveryQueue.IsCancelled(write, row, cancel);
        if (!await DeliveryQueue.End(write, row, outcome, cancel)) return;
        if (outcome is NoticeOutcome.GivenUp or NoticeOutcome.Refused)
            Log.NotDelivered(logger, row.Tenant.Value, row.Id, row.Channel.Name(), row.Kind, outcome, row.Attempts);
        if (row is not { User: { } user, Notice: { } kind }) return;
        var told = new NoticeEnd(row.Id, user, row.About, row.Channel, outcome) { WasInFlight = wasInFlight };
        foreach (var source in sources.Where(each => each.Kind == kind)) await source.Ended(write, told, cancel);
    }

    /// <summary>The other side has answered.</summary>
    public ValueTask Answered(TakenDelivery taken, ChannelAnswer answer) => Write(
        taken.Row.Tenant,
        async (write, cancel) =>
        {
            if (taken is { Row.Channel: NoticeChannel.Email, To: { } address })
            {
                if (answer == ChannelAnswer.Taken) await NoticePerson.Accept(write, address, cancel);
                if (answer == ChannelAnswer.AddressGone) await NoticePerson.Refuse(write, address, cancel);
            }

            if (answer == ChannelAnswer.AddressGone && taken is { Row: { Channel: NoticeChannel.Push, User: { } user } })
                await PushSubscriptions.Remove(write, user, taken.Row.Recipient, cancel);
            await Run(write, taken.Row, answer == ChannelAnswer.Taken ? NoticeOutcome.Sent : NoticeOutcome.Refused, cancel);
            if (answer == ChannelAnswer.Taken && taken.Row is { User: not null, IsUrgent: false })
                await DeliveryQueue.Merge(write, taken.Row, taken.ClaimedAt, cancel);
        },
        // It has left: that is recorded also where the process stops.
        CancellationToken.None);

    /// <summary>The other side did not answer, or not for good: the next attempt comes after twice as long.</summary>
    public ValueTask Failed(TakenDelivery taken, Exception cause, CancellationToken cancel) => WriteAgain(
        taken.Row.Tenant,
        async (write, stop) =>
        {
            // The type alone: what a server says may repeat the address.
            Log.NotTaken(
                logger, taken.Row.Tenant.Value, taken.Row.Id, taken.Row.Channel.Name(), taken.Row.Kind, taken.Row.Attempts,
                FailureName.Of(cause));
            var next = clock.GetUtcNow() + PauseAfter(taken.Row.Attempts);
            if (await DeliveryQueue.IsCancelled(write, taken.Row, stop)) await Run(write, taken.Row, NoticeOutcome.Cancelled, stop);
            else if (next >= taken.Row.GiveUpAt) await Run(write, taken.Row, NoticeOutcome.GivenUp, stop);
            else await DeliveryQueue.Postpone(write, taken.Row, next, taken.Row.Planned, stop);
        },
        cancel);

    /// <summary>It could not even be looked at.</summary>
    public ValueTask PutOff(Delivery read, CancellationToken cancel) => Write(
        read.Tenant,
        async (write, stop) => await DeliveryQueue.Postpone(write, read, write.At + AfterFault, read.Planned, stop),
        cancel);

    internal static TimeSpan PauseAfter(long attempts)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(attempts - 1, 20));
        return pause < LongestPause ? pause : LongestPause;
    }

    /// <summary>
    /// Another node may queue beside the attempt between the look at what waits and the change, by which both would wait: at the second
    /// look it is there.
    /// </summary>
    private async ValueTask WriteAgain(
        TenantId tenant, Func<WriteTransaction, CancellationToken, ValueTask> work, CancellationToken cancel)
    {
        try
        {
            await Write(tenant, work, cancel);
        }
        catch (DbException cause) when (cause.SqlState == UniqueViolation)
        {
            await Write(tenant, work, cancel);
        }
    }

    private async ValueTask Write(TenantId tenant, Func<WriteTransaction, CancellationToken, ValueTask> work, CancellationToken cancel)
    {
        var outcome = await commit.Write<bool>(
            tenant,
            async (write, stop) =>
            {
                await work(write, stop);
                return true;
            },
            cancel);
        if (outcome.Refusal is { } refusal) throw new InvalidOperationException($"The queue of deliveries: {refusal.Code}.");
    }

    private static partial class Log
    {
        [LoggerMessage(
            1, LogLevel.Warning, "Tenant {Tenant}: delivery {Delivery} by {Channel} ({Kind}) was not taken at attempt {Attempt} ({Cause})")]
        public static partial void NotTaken(
            ILogger logger, string tenant, string delivery, string channel, string kind, long attempt, string cause);

        [LoggerMessage(
            2, LogLevel.Warning, "Tenant {Tenant}: delivery {Delivery} by {Channel} ({Kind}) ended as {Outcome} after {Attempts} attempts")]
        public static partial void NotDelivered(
            ILogger logger, string tenant, string delivery, string channel, string kind, NoticeOutcome outcome, long attempts);
    }
}
