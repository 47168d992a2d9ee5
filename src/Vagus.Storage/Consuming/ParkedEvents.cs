using System.Data.Common;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Storage.Consuming;

/// <summary>
/// An event that a consumer could not take and has passed over. It says which and why by ids and types alone; the event itself stays in the
/// log until an operator has decided.
/// </summary>
public sealed record ParkedEvent(TenantId Tenant, string Consumer, long Position, string EventId)
{
    /// <summary>The type of the last error, with the database's code.</summary>
    public required string Error { get; init; }

    public required long Attempts { get; init; }

    public required DateTimeOffset ParkedAt { get; init; }

    /// <summary>An operator wants it tried again, and it has not been yet.</summary>
    public required bool IsRetryWanted { get; init; }
}

/// <summary>The parked events, and what an operator can do about them.</summary>
public sealed class ParkedEvents(Database database, GroupCommit commit)
{
    public ValueTask<List<ParkedEvent>> List(CancellationToken cancel) => database.Query(ReadAll, [], Map, cancel);

    /// <summary>The node that runs the consumer tries the event once more, within seconds. It then comes after later events.</summary>
    public ValueTask<Result<ParkedKey>> Retry(ParkedKey key, CancellationToken cancel) => Change(key, WantRetry, cancel);

    /// <summary>The consumer never gets the event.</summary>
    public ValueTask<Result<ParkedKey>> Drop(ParkedKey key, CancellationToken cancel) => Change(key, Remove, cancel);

    internal ValueTask<List<ParkedEvent>> Wanted(CancellationToken cancel) => database.Query(ReadWanted, [], Map, cancel);

    /// <summary>False when the retry has been made since the row was read, or the event was dropped.</summary>
    internal async ValueTask<bool> IsWanted(ParkedEvent parked, CancellationToken cancel) =>
        await database.QueryOne(
            ReadWish, [parked.Tenant.Value, parked.Consumer, parked.Position], row => row.GetBoolean(0), cancel);

    internal async ValueTask<IReadOnlyList<(string Consumer, long Count)>> Counts(CancellationToken cancel) =>
        await database.Query(CountAll, [], row => (row.GetString(0), row.GetInt64(1)), cancel);

    internal static ValueTask Add(
        WriteTransaction write, string consumer, LoggedEvent poison, string error, long attempts, CancellationToken cancel) =>
        write.Queue(
            AddOne,
            [poison.Tenant.Value, consumer, poison.Position, poison.EventId, error, attempts, write.At.ToMicroseconds(), false],
            cancel);

    /// <summary>Takes the event out, in the transaction that applies it. False when it is not parked, or the lease has moved.</summary>
    internal static async ValueTask<bool> TakeOut(WriteTransaction write, Lease lease, long position, CancellationToken cancel) =>
        await write.QueryOne(CheckLease, [lease.Consumer, lease.Epoch], row => row.GetInt64(0), cancel) == lease.Epoch
        && await write.Execute(Remove, [write.Tenant.Value, lease.Consumer, position], cancel) == 1;

    /// <summary>The retry failed too: it stays parked.</summary>
    internal async ValueTask FailedAgain(ParkedEvent parked, string error, CancellationToken cancel) => await commit.Write<int>(
        parked.Tenant,
        async (write, stop) =>
            await write.Execute(EndRetry, [error, false, parked.Tenant.Value, parked.Consumer, parked.Position], stop),
        cancel);

    private ValueTask<Result<ParkedKey>> Change(ParkedKey key, Statement statement, CancellationToken cancel) => commit.Write<ParkedKey>(
        key.Tenant,
        async (write, stop) =>
            await write.Execute(statement, [key.Tenant.Value, key.Consumer, key.Position], stop) == 1 ? key : NotParked,
        cancel);

    private static ParkedEvent Map(DbDataReader row) => new(
        new TenantId(row.GetString(0)), row.GetString(1), row.GetInt64(2), row.GetString(3))
    {
        Error = row.GetString(4),
        Attempts = row.GetInt64(5),
        ParkedAt = Instant.FromMicroseconds(row.GetInt64(6)),
        IsRetryWanted = row.GetBoolean(7),
    };

    private static readonly Refusal NotParked = new(RefusalKind.NotFound, "not_parked", "No such event is parked.");

    private static readonly Statement ReadAll = new("""
        select tenant_id, consumer, position, event_id, error, attempts, parked_at, retry
        from parked_event
        order by tenant_id, consumer, position
        """);

    private static readonly Statement ReadWanted = new("""
        select tenant_id, consumer, position, event_id, error, attempts, parked_at, retry
        from parked_event
        where retry
        order by tenant_id, consumer, position
        """);

    private static readonly Statement ReadWish = new("""
        select retry
        from parked_event
        where tenant_id = @tenant_id
          and consumer = @consumer
          and position = @position
        """);

    private static readonly Statement CountAll = new("""
        select consumer, count(*)
        from parked_event
        group by consumer
        order by consumer
        """);

    private static readonly Statement AddOne = new("""
        insert into parked_event (tenant_id, consumer, position, event_id, error, attempts, parked_at, retry)
        values (@tenant_id, @consumer, @position, @event_id, @error, @attempts, @parked_at, @retry)
        """);

    private static readonly Statement WantRetry = new("""
        update parked_event
        set retry = true
        where tenant_id = @tenant_id
          and consumer = @consumer
          and position = @position
        """);

    private static readonly Statement EndRetry = new("""
        update parked_event
        set error = @error, retry = @retry, attempts = attempts + 1
        where tenant_id = @tenant_id
          and consumer = @consumer
          and position = @position
        """);

    private static readonly Statement Remove = new("""
        delete from parked_event
        where tenant_id = @tenant_id
          and consumer = @consumer
          and position = @position
        """);

    private static readonly Statement CheckLease = new(
        sqlite: "select epoch from consumer_lease where consumer = @consumer and epoch = @epoch",
        postgres: "select epoch from consumer_lease where consumer = @consumer and epoch = @epoch for share");
}

/// <summary>Names one parked event.</summary>
public readonly record struct ParkedKey(TenantId Tenant, string Consumer, long Position);
