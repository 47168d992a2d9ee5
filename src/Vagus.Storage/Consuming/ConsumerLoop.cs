using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Writing;

namespace Vagus.Storage.Consuming;

/// <summary>
/// One consumer in one tenant's log. It rests as a few numbers until the log has grown; a worker of its <see cref="ConsumerRun"/> then
/// calls <see cref="Step"/>, one at a time. Where it stands is decided by the database: after each failure the cursor is read anew.
/// </summary>
internal sealed partial class ConsumerLoop(ConsumerRun run, TenantId tenant)
{
    private static readonly TimeSpan Now = TimeSpan.Zero;
    private readonly LogConsumer consumer = run.Consumer;
    private long? stored;
    private long position;
    private long head;
    private long storedAt = run.Clock.GetTimestamp();
    private long oneByOneUntil;
    private long failingAt;
    private int attempts;
    private int failures;
    private volatile bool mayBeSetBack;

    public TenantId Tenant => tenant;

    /// <summary>Events that it has not yet seen.</summary>
    public long Lag => Math.Max(0, Volatile.Read(ref head) - Volatile.Read(ref position));

    /// <summary>
    /// The cursor in the database stands behind what was passed over, for a while already; or there is none yet, without which retention
    /// keeps the whole log.
    /// </summary>
    public bool IsUnstored =>
        Volatile.Read(ref position) > (stored ?? 0) && (stored is 0 || run.Clock.GetElapsedTime(storedAt) >= run.Options.StoreCursors);

    /// <summary>The cursor as the database had it when the lease was taken.</summary>
    public void StandAt(long cursor) => (stored, position) = (cursor, cursor);

    /// <summary>A hint. True when there is something to read.</summary>
    public bool GrewTo(long last)
    {
        long known;
        while (last > (known = Volatile.Read(ref head)) && Interlocked.CompareExchange(ref head, last, known) != known)
        {
        }

        return Lag > 0;
    }

    /// <summary>
    /// Where the log ended at a look over all tenants, perhaps a moment ago. True when there is something to read, or when the log may
    /// have lost what was read: PostgreSQL failed over to a standby that did not have it yet.
    /// </summary>
    public bool EndedAt(long last)
    {
        mayBeSetBack |= last < Volatile.Read(ref position);
        return GrewTo(last) || mayBeSetBack;
    }

    /// <summary>One batch. Answers after which pause the next is due; null when there is nothing more.</summary>
    public async ValueTask<TimeSpan?> Step(CancellationToken cancel)
    {
        var batch = Batch.None;
        try
        {
            if (mayBeSetBack) await LookBack(cancel);
            if (stored is null) await Load(cancel);
            batch = await Next(cancel);
            if (mayBeSetBack) return Now;
            if (batch.Events.Count > 0 || IsUnstored) await Consume(batch, cancel);
            else (position, failures) = (batch.To, 0);
            return Lag > 0 ? Now : null;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception cause)
        {
            return await Failed(batch, cause, cancel);
        }
    }

    /// <summary>
    /// What was passed over in memory alone is not in a log that was set back: other events may get these positions. The cursor went back
    /// with the log; one that did not is held to the log's end.
    /// </summary>
    private async ValueTask LookBack(CancellationToken cancel)
    {
        var last = (await run.Log.Extent(tenant, cancel)).Last;
        if (last < position)
        {
            Log.SetBack(run.Logger, consumer.Name, tenant.Value, position, last);
            stored = null;
            run.Pages.Forget();
            await Load(cancel);
            Volatile.Write(ref position, Math.Min(position, last));
            Volatile.Write(ref head, last);
        }

        mayBeSetBack = false;
    }

    private async ValueTask Load(CancellationToken cancel)
    {
        var cursor = await run.Cursors.Read(tenant, consumer.Name, cancel);
        var start = cursor == 0 && consumer.SkipsThePast ? await run.Cursors.Before(tenant, run.Lease.InstalledAt, cancel) : cursor;
        Volatile.Write(ref position, start);
        stored = cursor;
    }

    private async ValueTask<Batch> Next(CancellationToken cancel)
    {
        var page = await run.Pages.Read(tenant, position, cancel);
        if (page.Count == 0) return await Nothing(cancel);
        if (page[0].Position != position + 1) TellGap(page[0].Position - 1);
        List<LoggedEvent> wanted = [.. page.Where(consumer.Wants)];
        if (wanted.Count == 0 || position >= oneByOneUntil) return new Batch(wanted, page[^1].Position);
        return new Batch([wanted[0]], wanted[0].Position);
    }

    /// <summary>The log has nothing after the position: it was removed, or the hint was none.</summary>
    private async ValueTask<Batch> Nothing(CancellationToken cancel)
    {
        var hint = Volatile.Read(ref head);
        var extent = await run.Log.Extent(tenant, cancel);
        if (extent.Last < position)
        {
            mayBeSetBack = true;
            return new Batch([], position);
        }

        // A hint that came meanwhile stays.
        Interlocked.CompareExchange(ref head, extent.Last, hint);
        if (extent.Oldest - 1 > position)
        {
            TellGap(extent.Oldest - 1);
            return new Batch([], extent.Oldest - 1);
        }

        // What the head tells of was committed before it was read: where it is not there now, a restore has left these positions out.
        var isLeftOut = extent.Last > position && await run.Log.Read(tenant, position, 1, cancel) is [];
        return new Batch([], isLeftOut ? extent.Last : position);
    }

    private async ValueTask Consume(Batch batch, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(run.Options.BatchLimit);
        if (batch.Events.Count > 0) await consumer.Deliver(batch.Events, limit.Token).AsTask().WaitAsync(limit.Token);
        if (!IsUnstored && consumer.PassesOver(batch.Events))
        {
            Volatile.Write(ref position, batch.To);
            (failures, attempts, failingAt) = (0, 0, 0);
            return;
        }

        await Commit(batch, (write, stop) => batch.Events.Count == 0 ? ValueTask.CompletedTask : consumer.Apply(batch.Events, write, stop),
            limit.Token);
        if (batch.Events.Count > 0) consumer.Committed();
    }

    /// <summary>State and cursor in one commit, under the lease.</summary>
    private async ValueTask Commit(Batch batch, Func<WriteTransaction, CancellationToken, ValueTask> change, CancellationToken cancel)
    {
        var outcome = await run.Writes.Write<bool>(
            tenant,
            async (write, stop) =>
            {
                if (stop.IsCancellationRequested) return Late;
                if (!await Cursors.Move(write, run.Lease, stored ?? 0, batch.To, stop)) return Fenced;
                await change(write, stop);
                return true;
            },
            cancel);
        if (outcome.Refusal is { } refusal) throw new NotConsumedException(refusal);
        (stored, storedAt) = (batch.To, run.Clock.GetTimestamp());
        Volatile.Write(ref position, batch.To);
        (failures, attempts, failingAt) = (0, 0, 0);
    }

    private async ValueTask<TimeSpan?> Failed(Batch batch, Exception cause, CancellationToken cancel)
    {
        // What was committed is known to the database alone.
        stored = null;
        if (cause is NotConsumedException { Refusal.Code: FencedCode })
        {
            Log.Fenced(run.Logger, consumer.Name, tenant.Value, run.Lease.Epoch);
            run.LookAtLease();
            return run.BackOff.After(1, run.Options);
        }

        failures++;
        run.Meter.ConsumerFailed(consumer.Name);
        if (batch.Events.Count == 0 || IsOutage(cause))
        {
            Log.Outage(run.Logger, consumer.Name, tenant.Value, failures, NameOf(cause));
            return run.BackOff.After(failures, run.Options);
        }

        return await Suspect(batch, cause, cancel);
    }

    /// <summary>One of these events may be at fault: they are taken one by one, and the one that goes on failing is parked.</summary>
    private async ValueTask<TimeSpan?> Suspect(Batch batch, Exception cause, CancellationToken cancel)
    {
        var first = batch.Events[0];
        oneByOneUntil = Math.Max(oneByOneUntil, batch.To);
        var alone = batch.Events.Count == 1;
        attempts = alone && failingAt == first.Position ? attempts + 1 : 1;
        failingAt = alone ? first.Position : 0;
        Log.Failed(run.Logger, consumer.Name, tenant.Value, first.Position, batch.Events.Count, attempts, NameOf(cause));
        if (!alone || attempts < run.Options.Attempts) return run.BackOff.After(attempts, run.Options);
        try
        {
            await Park(first, NameOf(cause), cancel);
            return Now;
        }
        catch (Exception again) when (!cancel.IsCancellationRequested)
        {
            Log.Outage(run.Logger, consumer.Name, tenant.Value, failures, NameOf(again));
            return run.BackOff.After(failures, run.Options);
        }
    }

    private async ValueTask Park(LoggedEvent poison, string error, CancellationToken cancel)
    {
        await Load(cancel);
        // An answer that was lost with the connection: the event was taken after all.
        if (stored >= poison.Position) return;
        await Commit(
            new Batch([poison], poison.Position),
            (write, stop) => ParkedEvents.Add(write, consumer.Name, poison, error, run.Options.Attempts, stop),
            cancel);
        run.Meter.EventParked(consumer.Name);
        Log.Parked(run.Logger, consumer.Name, tenant.Value, poison.Position, poison.EventId, error);
    }

    private bool IsOutage(Exception cause) =>
        cause is NotConsumedException || run.IsOutage(cause);

    private static string NameOf(Exception cause) =>
        cause is NotConsumedException no ? no.Refusal.Code : $"{cause.GetType().Name} {EngineFaults.CodeOf(cause)}".TrimEnd();

    private void TellGap(long last) => Log.Gap(run.Logger, consumer.Name, tenant.Value, position + 1, last);

    private const string FencedCode = "fenced";

    // The batch waited for its turn until its time was over: a busy database says nothing about the events.
    private static readonly Refusal Late = new(RefusalKind.Unavailable, "late", "The write waited too long for its turn.");

    private static readonly Refusal Fenced = new(RefusalKind.Conflict, FencedCode, "The lease or the cursor has moved.");

    /// <summary>The next events for the consumer, and the position up to which the log was looked through for them.</summary>
    private sealed record Batch(IReadOnlyList<LoggedEvent> Events, long To)
    {
        public static readonly Batch None = new([], 0);
    }

    /// <summary>A refusal of the write door on its way to the one place that handles failures.</summary>
    private sealed class NotConsumedException(Refusal refusal) : Exception(refusal.Code)
    {
        public Refusal Refusal => refusal;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Consumer {Consumer}, tenant {Tenant}: the lease of epoch {Epoch} or the cursor has moved")]
        public static partial void Fenced(ILogger logger, string consumer, string tenant, long epoch);

        [LoggerMessage(2, LogLevel.Warning, "Consumer {Consumer}, tenant {Tenant}: cannot go on ({Cause}), failure {Count}; trying again")]
        public static partial void Outage(ILogger logger, string consumer, string tenant, int count, string cause);

        [LoggerMessage(3, LogLevel.Warning,
            "Consumer {Consumer}, tenant {Tenant}: {Events} events from {Position} on failed ({Cause}), failure {Count}; trying again")]
        public static partial void Failed(
            ILogger logger, string consumer, string tenant, long position, int events, int count, string cause);

        [LoggerMessage(4, LogLevel.Error,
            "Consumer {Consumer}, tenant {Tenant}: the event {EventId} at {Position} is parked ({Cause}); an operator retries or drops it")]
        public static partial void Parked(
            ILogger logger, string consumer, string tenant, long position, string eventId, string cause);

        [LoggerMessage(5, LogLevel.Error,
            "Consumer {Consumer}, tenant {Tenant}: events {From} to {To} were removed before it had read them")]
        public static partial void Gap(ILogger logger, string consumer, string tenant, long from, long to);

        [LoggerMessage(6, LogLevel.Error,
            "Consumer {Consumer}, tenant {Tenant}: it had read up to {Position}, and the log ends at {Last}; it goes on from its cursor")]
        public static partial void SetBack(ILogger logger, string consumer, string tenant, long position, long last);
    }
}
