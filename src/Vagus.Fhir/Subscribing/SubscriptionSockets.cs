using System.Globalization;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// The websocket channel for the room that holds the sockets: what a token binds, and what is to be said of each subscription. A token is a
/// ticket of its owner's session that is good for the subscriptions whose ids stand behind it, once; it binds only what its owner owns.
/// Its form is <c>ticket~id:position~id:position…</c>.
/// </summary>
public sealed class SubscriptionSockets
{
    internal const int Most = 64;
    private const char Separator = '~';
    private const char Mark = ':';
    private const string Door = "bind-with-token /ws/fhir";

    private readonly ConnectionTickets tickets;
    private readonly SocketTools tools;

    internal SubscriptionSockets(ConnectionTickets tickets, SocketTools tools) => (this.tickets, this.tools) = (tickets, tools);

    /// <summary>Each as it stands: a token binds nothing that was changed behind it, perhaps to be told by more rights.</summary>
    internal static string WordsOf(IEnumerable<SubscriptionRow> rows) => string.Concat(rows.Select(row => $"{Separator}{WordOf(row)}"));

    private static string WordOf(SubscriptionRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.Id}{Mark}{row.Position}");

    /// <summary>
    /// The subscriptions of a token, each once; those that have ended meanwhile are not among them. Refused where the token is not good.
    /// </summary>
    public async ValueTask<Result<SocketBinding>> Bind(string token, AuditOrigin origin, CancellationToken cancel)
    {
        var bound = await Spend(token, origin, cancel);
        if (bound.Refusal is { } refused) return await tools.Refusals.Record(origin, Door, caller: null, refused) ?? refused;
        return bound;
    }

    private async ValueTask<Result<SocketBinding>> Spend(string token, AuditOrigin origin, CancellationToken cancel)
    {
        var parts = token.Split(Separator, Most + 2);
        if (parts.Length is < 2 or > Most + 1) return Authentication.Unauthenticated;
        var admitted = await tickets.SpendFor(token, cancel);
        if (admitted.Refusal is { } refused) return refused;
        var caller = admitted.Value.Caller;
        origin = origin with { Client = caller.App?.Id };
        var bound = new List<BoundSubscription>();
        foreach (var word in parts.Skip(1).Distinct(StringComparer.Ordinal))
        {
            var id = word.Split(Mark)[0];
            var row = await tools.Database.QueryOne(SubscriptionTables.Find, [caller.Tenant.Value, id], SubscriptionRow.Of, cancel);
            // Below which scopes it was asked for, was judged before the ticket was issued.
            if (row is { Pushes: false, IsActive: true } && WordOf(row) == word
                && (row.Owner.User, row.Owner.App?.Id) == (caller.User, caller.App?.Id))
                bound.Add(new BoundSubscription(tools, row, admitted.Value, origin));
        }

        return new SocketBinding(caller, bound);
    }
}

/// <summary>What a token binds, and whose it is.</summary>
public sealed record SocketBinding(Caller Caller, IReadOnlyList<BoundSubscription> Bound);

/// <summary>What bound subscriptions need.</summary>
internal sealed record SocketTools(
    Database Database, GroupCommit Commit, AuditTrail Audit, OwnersReach Owners, NotifiedEvents Events, SubscriptionHints Hints)
{
    public required AuditRefusals Refusals { get; init; }

    public required FhirOptions Options { get; init; }

    public required OwnBases Own { get; init; }

    public required IdSource Ids { get; init; }

    public required TimeProvider Clock { get; init; }
}

/// <summary>
/// One subscription on one socket. It begins behind the last event that a client of it is known to have, so that nothing is missing between
/// two connections. Used by one caller at a time; that frames have left is told by another.
/// </summary>
public sealed class BoundSubscription
{
    private const string Gone = "It was deleted, or has another channel or other scopes: ask for a token again.";
    private const string NotFollowed = "Its owner may not follow it any more.";

    private readonly SocketTools tools;
    private readonly AuditOrigin origin;
    private SubscriptionRow row;
    private SentNumbers sent = new();
    private long taken;
    private DateTimeOffset saidAt;

    internal BoundSubscription(SocketTools tools, SubscriptionRow row, Admission admission, AuditOrigin origin)
    {
        (this.tools, this.row, this.origin) = (tools, row, origin);
        (Admission, taken, saidAt) = (admission, row.Delivered, tools.Clock.GetUtcNow());
    }

    /// <summary>With what it was bound: it lives no longer than that.</summary>
    public Admission Admission { get; }

    public string Id => row.Id;

    /// <summary>There is something to say without a hint: a sign of life, or an event that was left behind.</summary>
    public bool IsDue => row.Events > taken || IsBeatDue;

    // Nothing has been said for as long as the subscription asks for.
    private bool IsBeatDue => row.Plan.Heartbeat is { } seconds && tools.Clock.GetUtcNow() >= saidAt + TimeSpan.FromSeconds(seconds);

    /// <summary>What a socket says of subscriptions that it does not bind, since it has as many as it may have.</summary>
    public static byte[] LeftOut(IReadOnlyList<string> ids, int most) => OperationOutcome.Write(new FhirIssue(
        IssueSeverity.Error, "too-costly", $"A socket has at most {most} subscriptions. Not bound: {string.Join(", ", ids)}."));

    /// <summary>The first frame, the guide's handshake, in the audit before it is answered. Null: that could not be written.</summary>
    public async ValueTask<Result<byte[]>> Handshake() =>
        await tools.Audit.Append(row.Tenant, DeliveryOutcome.OfSocket(row.Id, Admission.Caller, origin)) is { } unaudited
            ? unaudited : Write(Backport.Handshake, []);

    /// <summary>Bound again on the same socket, it goes on behind what was said there, and nothing comes twice.</summary>
    public void GoOnFrom(BoundSubscription before)
    {
        // One that was deleted and made anew begins with its numbers.
        if (before.row.Since != row.Since || before.taken < taken) return;
        (taken, sent) = (before.taken, before.sent);
    }

    /// <summary>Calls back when there may be something to say, until it is disposed of.</summary>
    public IDisposable Watch(Action hint) => tools.Hints.Watch(row.Tenant, row.Id, hint);

    /// <summary>What there is to say; null: nothing. It is in the audit before it is answered.</summary>
    public async ValueTask<SocketNews?> Next(CancellationToken cancel)
    {
        var current = await tools.Database.QueryOne(SubscriptionTables.Find, [row.Tenant.Value, row.Id], SubscriptionRow.Of, cancel);
        if (current is not { Pushes: false } || !current.Owner.IsToldAs(row.Owner)) return End("not-found", Gone);
        if (current.Since != row.Since) BeginAnew(current);
        row = current;
        // Its status says why: the client is not left waiting.
        if (!row.IsActive) return new SocketNews(Write(Backport.QueryStatus, []), IsOver: true);
        if (row.Events > taken) return await Events(cancel);
        if (!IsBeatDue) return null;
        return await tools.Owners.Following(row, cancel) is null
            ? await Lose(cancel) : new SocketNews(Write(Backport.HeartbeatType, []), IsOver: false);
    }

    /// <summary>The frame has left for the client.</summary>
    public void Left(SocketNews news)
    {
        if (news.Last is { } number) news.Sent?.Add(number, tools.Clock.GetUtcNow());
    }

    /// <summary>
    /// Remembers what the client has, which left so long ago: the next socket begins behind it. What is not remembered is sent again, with
    /// the same numbers.
    /// </summary>
    public async ValueTask Keep(TimeSpan age, CancellationToken cancel)
    {
        var reached = sent.Until(tools.Clock.GetUtcNow() - age);
        if (reached <= row.Delivered) return;
        var kept = await tools.Commit.Write<bool>(
            row.Tenant,
            async (write, stop) => await write.Execute(
                SubscriptionTables.Reached, [reached, row.Tenant.Value, row.Id, row.Since], stop) == 1,
            cancel);
        if (!kept.IsRefused) row = row with { Delivered = reached };
    }

    /// <summary>It was deleted and made anew under its id: its numbers begin again, and what left before says nothing of them.</summary>
    private void BeginAnew(SubscriptionRow anew) => (taken, sent) = (anew.Delivered, new SentNumbers());

    private async ValueTask<SocketNews?> Events(CancellationToken cancel)
    {
        if (await tools.Owners.Following(row, cancel) is not { } reach) return await Lose(cancel);
        var call = SubscriptionCalls.AsOwner(row, reach, tools.Options, tools.Own, tools.Clock, cancel) with { Origin = origin };
        var page = await tools.Events.Read(call, row, taken + 1, row.Events, row.Plan.Most);
        if (page.Events.Count == 0)
        {
            // Retention has removed them.
            taken = row.Events;
            return null;
        }

        var notification = NotificationOf(Backport.EventNotification, page.Events);
        if (await tools.Audit.Append(row.Tenant, notification.EntryOf(call)) is not null) return null;
        taken = page.Events[^1].Number;
        return new SocketNews(Write(notification with { Count = taken }, page.Notice), IsOver: false) { Last = taken, Sent = sent };
    }

    /// <summary>The owner may not follow it any more: the sender ends it.</summary>
    private async ValueTask<SocketNews> Lose(CancellationToken cancel)
    {
        // Where it is refused, the next event ends it.
        await tools.Commit.Write<int>(
            row.Tenant,
            async (write, stop) => await write.Execute(
                SubscriptionTables.LookAt, [write.At.ToMicroseconds(), row.Tenant.Value, row.Id], stop),
            cancel);
        return End("forbidden", NotFollowed);
    }

    private SocketNews End(string code, string why) => new(
        OperationOutcome.Write(new FhirIssue(
            IssueSeverity.Error, code, $"{SubscriptionBody.Type}/{Id} is not told on this socket any more. {why}")),
        IsOver: true);

    private Notification NotificationOf(string type, IReadOnlyList<NotifiedEvent> events) => new(row, type, row.Status, row.Events)
    {
        BaseUrl = tools.Options.BaseUrl ?? row.Plan.BaseUrl, Events = events,
    };

    private byte[] Write(string type, IReadOnlyList<NotifiedEvent> events) => Write(NotificationOf(type, events), notice: null);

    private byte[] Write(Notification notification, string? notice)
    {
        saidAt = tools.Clock.GetUtcNow();
        return NotificationBundle.Write(notification with { Notice = notice }, tools.Ids.NewId(), saidAt);
    }
}

/// <summary>What a socket is to send of a subscription.</summary>
/// <param name="Frame">A Bundle, or an OperationOutcome.</param>
/// <param name="IsOver">It is the last word: the subscription has ended, or its owner may not follow it any more.</param>
public sealed record SocketNews(byte[] Frame, bool IsOver)
{
    /// <summary>The number of the last event in it; null: there is none.</summary>
    public long? Last { get; init; }

    /// <summary>Where it is noted that it has left.</summary>
    internal SentNumbers? Sent { get; init; }
}
