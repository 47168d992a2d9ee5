using Vagus.Access.Outgoing;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Queue;

/// <summary>
/// The table of deliveries. An attempt is claimed by moving the due time to the end of its lease, over exactly the due time that was read:
/// one process makes it, and a process that dies leaves it to the others.
/// </summary>
internal static class DeliveryQueue
{
    /// <summary>How long a delivery is tried, unless it says less.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3);

    /// <summary>
    /// A delivery of this kind about the same that waits already is enough: then nothing is added. One that is under way is not: what it
    /// tells was decided at its claim.
    /// </summary>
    public static ValueTask Add(WriteTransaction write, Delivery delivery, CancellationToken cancel) => write.Queue(
        Insert,
        [
            delivery.Id, write.Tenant.Value, delivery.User?.Value, delivery.Channel.Name(), delivery.Kind, delivery.About,
            delivery.Recipient, delivery.SealedToken, write.At.ToMicroseconds(), delivery.GiveUpAt.ToMicroseconds(), delivery.DueAt,
        ],
        cancel);

    /// <summary>Those of all tenants that are due, the urgent ones or the others: the queue is the installation's.</summary>
    public static ValueTask<List<Delivery>> Due(
        IRunQueries queries, NoticeChannel channel, bool urgent, DateTimeOffset now, int limit, CancellationToken cancel) =>
        queries.Query(DueBy, [channel.Name(), now.ToMicroseconds(), urgent ? 1L : 0L, (long)limit], Delivery.Read, cancel);

    /// <summary>As it is in this write; null where it has ended, or another process has it.</summary>
    public static ValueTask<Delivery?> Find(WriteTransaction write, Delivery read, CancellationToken cancel) =>
        write.QueryOne(Unended, [read.Id, read.DueAt], Delivery.Read, cancel);

    /// <summary>False where another process was faster, or it was cancelled meanwhile.</summary>
    public static async ValueTask<bool> Claim(WriteTransaction write, Delivery read, DateTimeOffset until, CancellationToken cancel) =>
        await write.Execute(Take, [until.ToMicroseconds(), read.Id, read.DueAt], cancel) == 1;

    /// <summary>
    /// No attempt is under way any more, and the next one is due then. It tells also of what was queued beside the attempt, and is tried
    /// for as long.
    /// </summary>
    public static async ValueTask<bool> Postpone(
        WriteTransaction write, Delivery read, DateTimeOffset until, bool planned, CancellationToken cancel)
    {
        if (await Find(write, read, cancel) is not { } row) return false;
        // A cancelled delivery is not sent any more: the one beside it stays.
        var beside = row.LeasedUntil is null || row.CancelledAt is not null ? null : await write.QueryOne(
            Waiting,
            [write.Tenant.Value, read.User?.Value, read.Channel.Name(), read.Kind, read.About, read.Recipient], Delivery.Read, cancel);
        if (beside is not null) await End(write, beside, NoticeOutcome.Merged, cancel);
        var giveUp = beside is not null && beside.GiveUpAt > read.GiveUpAt ? beside.GiveUpAt : read.GiveUpAt;
        return await write.Execute(
            MoveOn, [until.ToMicroseconds(), giveUp.ToMicroseconds(), planned, read.Id, read.DueAt], cancel) == 1;
    }

    /// <summary>False where it has ended already. Its secret is forgotten.</summary>
    public static async ValueTask<bool> End(WriteTransaction write, Delivery read, NoticeOutcome outcome, CancellationToken cancel) =>
        await write.Execute(EndOne, [write.At.ToMicroseconds(), outcome.ToString(), read.Id], cancel) == 1;

    /// <summary>
    /// What waited for the same person by the same channel and was due when a notice of the same kind that has left was claimed. What came
    /// or was due while it was under way may be news to its reader.
    /// </summary>
    public static ValueTask Merge(WriteTransaction write, Delivery sent, DateTimeOffset claimedAt, CancellationToken cancel) => write.Queue(
        EndLike,
        [
            write.At.ToMicroseconds(), nameof(NoticeOutcome.Merged), write.Tenant.Value, sent.User?.Value, sent.Channel.Name(), sent.Kind,
            sent.Recipient, claimedAt.ToMicroseconds(),
        ],
        cancel);

    /// <summary>
    /// Two statements, in this order: an attempt that is claimed between them is marked by the second, for it waits for the row.
    /// </summary>
    public static async ValueTask Cancel(WriteTransaction write, NoticeKind kind, string about, CancellationToken cancel)
    {
        var now = write.At.ToMicroseconds();
        await write.Queue(EndWaiting, [now, nameof(NoticeOutcome.Cancelled), write.Tenant.Value, kind.Name(), about], cancel);
        await write.Queue(MarkInFlight, [now, write.Tenant.Value, kind.Name(), about], cancel);
    }

    public static async ValueTask<bool> IsCancelled(WriteTransaction write, Delivery read, CancellationToken cancel) =>
        await write.QueryOne(Cancelled, [read.Id], row => row.GetInt64(0), cancel) > 0;

    private static readonly Statement Insert = new("""
        insert into access_delivery
          (delivery_id, tenant_id, user_id, channel, kind, about, recipient, sealed_token, queued_at, give_up_at, due_at, planned, attempts)
        values
          (@delivery_id, @tenant_id, @user_id, @channel, @kind, @about, @recipient, @sealed_token, @queued_at, @give_up_at, @due_at, false, 0)
        on conflict do nothing
        """);

    private static readonly Statement DueBy = new($"""
        select {Delivery.Columns}
        from access_delivery
        where channel = @channel
          and due_at <= @now
          and ended_at is null
          and case when kind = 'alert' then 1 else 0 end = @urgent
          and {NotStopped.Sql}
        order by due_at, delivery_id
        limit @limit
        """);

    private static readonly Statement Unended = new($"""
        select {Delivery.Columns}
        from access_delivery
        where delivery_id = @delivery_id
          and due_at = @due_at
          and ended_at is null
        """);

    private static readonly Statement Take = new("""
        update access_delivery
        set due_at = @until, leased_until = @until, attempts = attempts + 1
        where delivery_id = @delivery_id
          and due_at = @due_at
          and ended_at is null
          and cancelled_at is null
        """);

    private static readonly Statement MoveOn = new("""
        update access_delivery
        set due_at = @until, give_up_at = @give_up_at, planned = @planned, leased_until = null
        where delivery_id = @delivery_id
          and due_at = @due_at
          and ended_at is null
        """);

    private static readonly Statement Waiting = new($"""
        select {Delivery.Columns}
        from access_delivery
        where tenant_id = @tenant_id
          and user_id = @user_id
          and channel = @channel
          and kind = @kind
          and about = @about
          and recipient = @recipient
          and leased_until is null
          and cancelled_at is null
          and ended_at is null
        """);

    private static readonly Statement EndOne = new("""
        update access_delivery
        set ended_at = @now, outcome = @outcome, leased_until = null, sealed_token = null
        where delivery_id = @delivery_id
          and ended_at is null
        """);

    private static readonly Statement EndLike = new("""
        update access_delivery
        set ended_at = @now, outcome = @outcome
        where tenant_id = @tenant_id
          and user_id = @user_id
          and channel = @channel
          and kind = @kind
          and recipient = @recipient
          and queued_at <= @claimed_at
          and due_at <= @claimed_at
          and leased_until is null
          and ended_at is null
        """);

    private static readonly Statement EndWaiting = new("""
        update access_delivery
        set ended_at = @now, cancelled_at = @now, outcome = @outcome
        where tenant_id = @tenant_id
          and kind = @kind
          and about = @about
          and leased_until is null
          and ended_at is null
        """);

    private static readonly Statement MarkInFlight = new("""
        update access_delivery
        set cancelled_at = @now
        where tenant_id = @tenant_id
          and kind = @kind
          and about = @about
          and ended_at is null
          and cancelled_at is null
        """);

    private static readonly Statement Cancelled = new("""
        select count(*)
        from access_delivery
        where delivery_id = @delivery_id
          and cancelled_at is not null
        """);
}
