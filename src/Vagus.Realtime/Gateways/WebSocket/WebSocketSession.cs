using System.Net.WebSockets;
using System.Text.Json;
using Vagus.Access.Sessions;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Gateways.WebSocket;

/// <summary>A connection on <c>/ws</c> that has shown who it is.</summary>
internal sealed class WebSocketSession(
    string clientId, Admission admission, WebSocketConnection connection, WebSocketForms forms, RealtimeOptions options, TimeProvider clock)
    : LiveConnection(admission)
{
    private readonly OutgoingFrames outgoing = connection.Outgoing;
    private readonly Lock gate = new();
    private readonly HashSet<string> subscribedFromOwed = new(StringComparer.Ordinal);
    private OwedPast? owed;
    private bool hasSubscribed;

    /// <summary>Names this client when it comes back. Good only together with its caller's token.</summary>
    public string ClientId { get; set; } = clientId;

    public override CancellationToken Gone => connection.Gone;

    public override bool HasRoom => outgoing.HasRoom;

    /// <summary>
    /// The client came back without being resumed. Its subscriptions are replayed from this position as long as it may be busy subscribing
    /// anew; if it has not begun to by then, it is told a gap.
    /// </summary>
    public void OweFrom(long since)
    {
        lock (gate) owed = new OwedPast(since, clock.GetUtcNow() + options.SubscribeAgainWithin);
    }

    /// <summary>Where a subscription begins: at the position that it names, else at what is owed, else now (null).</summary>
    public long? Beginning(string subscription, long? named)
    {
        lock (gate)
        {
            hasSubscribed = true;
            if (named is not null) return named;
            return owed is { IsGivenUp: false } past && subscribedFromOwed.Add(subscription) ? past.Since : null;
        }
    }

    /// <summary>What the client may take for its place; null while it is owed something of the past.</summary>
    public long? Proven()
    {
        lock (gate)
        {
            if (owed is { } past && past.HoldsPlace(hasSubscribed)) return null;
        }

        return Place?.Proven;
    }

    public override void Tick()
    {
        if (Place is not { } place) return;
        var standing = place.Proven;
        long since;
        lock (gate)
        {
            if (owed is not { } past || past.Until > clock.GetUtcNow()) return;

            if (hasSubscribed) owed = null;
            // What happens only now is as much owed as what happened before: the gap is told once there is one.
            if (hasSubscribed || standing <= past.Since) return;

            since = past.Since;
            owed = past with { IsGivenUp = true };
        }

        place.TellGap(since + 1, standing);
        lock (gate) owed = null;
    }

    public override void Deliver(EventForm @event, Delivery how)
    {
        if (forms.Of(@event) is { } frame) outgoing.Send(frame);
    }

    public override void Deliver(IReadOnlyList<SearchChange> changes, Delivery how)
    {
        var now = clock.GetUtcNow();
        if (RightsUntil <= now)
        {
            Close(Closing.TokenExpired);
            return;
        }

        foreach (var change in changes) outgoing.Send(WebSocketForms.Of(change, now));
    }

    public override void TellGap(long from, long to) => Say("gap", json =>
    {
        json.WriteNumber("from"u8, from);
        json.WriteNumber("to"u8, to);
    });

    public override void TellPosition(PositionForm position, Standing standing)
    {
        // A client to whom the past is still owed must not be told that it has it.
        lock (gate)
        {
            if (owed is { } past && position.Sequence > past.Since && past.HoldsPlace(hasSubscribed)) return;
        }

        outgoing.Send(forms.Of(position));
    }

    public override ValueTask<bool> WaitForRoom(CancellationToken cancel) => outgoing.WaitForRoom(cancel);

    public override void Close(Closing why)
    {
        var (code, text) = CloseReasons.Of(why);
        outgoing.Close((WebSocketCloseStatus)code, text);
    }

    public void Say(string type, Action<Utf8JsonWriter> data) => connection.Say(type, data);

    /// <param name="Since">The position after which it is owed.</param>
    /// <param name="Until">From then on a gap takes the place of the replay.</param>
    private sealed record OwedPast(long Since, DateTimeOffset Until)
    {
        /// <summary>The gap is on its way: no place beyond it may overtake it, and no subscription begins in it.</summary>
        public bool IsGivenUp { get; init; }

        /// <summary>Whether the client may not take any place behind <see cref="Since"/> for its own.</summary>
        public bool HoldsPlace(bool hasSubscribed) => IsGivenUp || !hasSubscribed;
    }
}
