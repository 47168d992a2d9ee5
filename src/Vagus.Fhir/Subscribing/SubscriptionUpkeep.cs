using Vagus.Access.Audit;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// A subscription whose receiver does not take notifications, or that the server cannot work on. It names no patient and no filter.
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="Owner">With whose rights it is told.</param>
/// <param name="Status"><c>error</c>; <c>active</c> where it is still tried.</param>
/// <param name="Topic">The canonical of its topic; null: criteria of R4.</param>
/// <param name="Receiver">The host, with its port; <c>websocket</c> where the client comes by itself; empty where it is not known.</param>
/// <param name="Error">Why, as a code.</param>
/// <param name="Attempts">Attempts in a row that failed, the last one too.</param>
/// <param name="FailingSince">Since when.</param>
/// <param name="Events">The number of the last event.</param>
/// <param name="Delivered">The number up to which the receiver has all.</param>
public sealed record FailingSubscription(
    string Id, string Owner, string Status, string? Topic, string Receiver, string? Error, long Attempts, DateTimeOffset? FailingSince,
    long Events, long Delivered);

/// <summary>A page of them.</summary>
public sealed record FailingSubscriptions(IReadOnlyList<FailingSubscription> Items, string? NextCursor);

/// <summary>
/// What those do who run a server: they see which receivers do not take notifications, and let a subscription go on. The server itself
/// never does: in error it waits for its owner, or for them (requirement 81).
/// </summary>
public sealed class SubscriptionUpkeep
{
    private static readonly Refusal NotPushed = new(
        RefusalKind.Conflict, "no_receiver", "The subscription has no receiver that the server could go to: a socket comes by itself.");

    private static readonly Refusal Ended = new(RefusalKind.Conflict, "subscription_ended", "The subscription is off.");

    private readonly Database database;
    private readonly FhirWrites writes;
    private readonly FhirOptions options;
    private readonly OwnBases own;
    private readonly TimeProvider clock;

    internal SubscriptionUpkeep(Database database, FhirWrites writes, FhirOptions options, OwnBases own, TimeProvider clock) =>
        (this.database, this.writes, this.options, this.own, this.clock) = (database, writes, options, own, clock);

    /// <param name="tenant">Whose.</param>
    /// <param name="after">The cursor of the page before; null: the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async ValueTask<FailingSubscriptions> List(TenantId tenant, string? after, int limit, CancellationToken cancel)
    {
        var rows = await database.Query(
            SubscriptionTables.Failing, [tenant.Value, after ?? "", limit + 1L], SubscriptionRow.Of, cancel);
        return new FailingSubscriptions([.. rows.Take(limit).Select(Show)], rows.Count > limit ? rows[limit - 1].Id : null);
    }

    /// <summary>
    /// Shakes hands with the receiver again, and then tells it what it lacks: from this number on, or behind the last that it took. The
    /// same numbers come again. Answers the number of the last event.
    /// </summary>
    public async ValueTask<Result<long>> Replay(Caller by, AuditOrigin origin, string id, long? from, CancellationToken cancel)
    {
        var row = await database.QueryOne(SubscriptionTables.Find, [by.Tenant.Value, id], SubscriptionRow.Of, cancel);
        if (row is null) return FhirRefusals.NotFound(SubscriptionBody.Type, id);
        if (!row.Pushes) return NotPushed;
        if (row.Status == SubscriptionBody.Off) return Ended;
        if (from < 1 || from > row.Events + 1) return FieldRefusals.Wrong("from", $"a number from 1 to {row.Events + 1}");
        var call = FhirCall.AsServer(by, origin, options, own, clock, cancel) with
        {
            MovesSubscription = new SubscriptionMove(row.Owner.Name, row.Position, SubscriptionBody.Requested, Error: null)
            {
                ReplaysFrom = from,
            },
        };
        var moved = await MoveSubscription.Write(writes, call, id, text: null);
        return moved.Refusal is { } refused ? refused : row.Events;
    }

    private static FailingSubscription Show(SubscriptionRow row) => new(
        row.Id, row.Owner.User.Value, row.Status, row.Plan.Topic, row.Pushes ? row.Plan.Receiver : SubscriptionBody.WebSocket,
        row.Error, row.Attempts, row.FailingSince, row.Events, row.Delivered);
}
