using Microsoft.Extensions.Logging;
using Vagus.Access.Audit;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Storage;

namespace Vagus.Fhir.Subscribing;

/// <summary>Records what became of an attempt. A receiver that was not reached is tried for days, and nobody else waits for it.</summary>
internal sealed partial class EndNotification(
    GroupCommit commit, MoveSubscription moving, TimeProvider clock, ILogger<EndNotification> logger)
{
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(3);

    public async ValueTask Run(TakenNotification taken, HookAnswer answer, CancellationToken cancel)
    {
        var outcome = DeliveryOutcome.Of(taken, answer);
        if (answer == HookAnswer.Taken) await Taken(taken, outcome);
        else await NotTaken(taken, answer, outcome, cancel);
    }

    /// <summary>It has left: that is recorded also where the process stops.</summary>
    private async ValueTask Taken(TakenNotification taken, AuditEntry? outcome)
    {
        var row = taken.Row;
        if (taken.Type == Backport.Handshake)
        {
            await moving.Activate(row, outcome, CancellationToken.None);
            return;
        }

        var now = clock.GetUtcNow();
        if (row.Plan.IsMail)
        {
            object?[] mailed = [taken.Last, (now + MailChannel.Pause).ToMicroseconds(), row.Tenant.Value, row.Id, row.DueAt];
            await Write(row, SubscriptionTables.Mailed, mailed, outcome, CancellationToken.None);
            return;
        }

        object?[] values =
        [
            taken.Last, now.ToMicroseconds(), row.NextAfter(now)?.ToMicroseconds(), row.Tenant.Value, row.Id, row.DueAt,
        ];
        await Write(row, SubscriptionTables.Delivered, values, outcome, CancellationToken.None);
    }

    private async ValueTask NotTaken(TakenNotification taken, HookAnswer answer, AuditEntry? outcome, CancellationToken cancel)
    {
        var (row, now) = (taken.Row, clock.GetUtcNow());
        var error = answer == HookAnswer.Unanswered ? Backport.NoResponse : Backport.ErrorResponse;
        Log.NotTaken(logger, row.Tenant.Value, row.Id, taken.Type, row.Attempts + 1, answer);
        var next = now + PauseAfter(row.Attempts + 1);
        var isOver = answer == HookAnswer.Gone || taken.Type == Backport.Handshake || next >= (row.FailingSince ?? now) + GivenUpAfter;
        if (isOver) await moving.Fail(row, error, $"The receiver does not take notifications: {error}.", outcome, cancel);
        else
            await Write(
                row, SubscriptionTables.Postpone,
                [now.ToMicroseconds(), error, next.ToMicroseconds(), row.Tenant.Value, row.Id, row.DueAt], outcome, cancel);
    }

    /// <summary>Nothing became of it, since the process stops. The numbers are sent again.</summary>
    public ValueTask PutOff(SubscriptionRow row) => Write(
        row, SubscriptionTables.PutOff, [clock.GetUtcNow().ToMicroseconds(), row.Tenant.Value, row.Id, row.DueAt],
        outcome: null, CancellationToken.None);

    internal static TimeSpan PauseAfter(long attempts)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(attempts - 1, 20));
        return pause < LongestPause ? pause : LongestPause;
    }

    private async ValueTask Write(
        SubscriptionRow row, Statement statement, object?[] values, AuditEntry? outcome, CancellationToken cancel)
    {
        // Where it is refused, the lease runs out and the same numbers are sent again.
        var written = await OutcomeWrite.Run(commit, row.Tenant, outcome, statement, values, cancel);
        if (written.Refusal is { } refusal) Log.NotRecorded(logger, row.Tenant.Value, row.Id, refusal.Code);
    }

    private static partial class Log
    {
        [LoggerMessage(
            1, LogLevel.Warning, "Tenant {Tenant}: subscription {Subscription}: {Type} was not taken at attempt {Attempt} ({Answer})")]
        public static partial void NotTaken(
            ILogger logger, string tenant, string subscription, string type, long attempt, HookAnswer answer);

        [LoggerMessage(2, LogLevel.Warning, "Tenant {Tenant}: subscription {Subscription}: the outcome is not recorded ({Reason}) and it is sent again")]
        public static partial void NotRecorded(ILogger logger, string tenant, string subscription, string reason);
    }
}
