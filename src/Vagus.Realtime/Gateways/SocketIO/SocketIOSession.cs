using Vagus.Access.Sessions;
using Vagus.Realtime.Feed;
using Vagus.Realtime.Requests;
using Vagus.SocketIO;

namespace Vagus.Realtime.Gateways.SocketIO;

/// <summary>A Socket.IO socket that follows the log. Its queue is the library's.</summary>
internal sealed class SocketIOSession(
    ClientSocket socket, SocketForms forms, Admission admission, RealtimeOptions options, TimeProvider clock)
    : LiveConnection(admission)
{
    private static readonly object Key = new();
    private const int ViewsPerSecond = 10;
    private long lastPlace;

    /// <summary>
    /// Its namespace is fed with the log, or with what a feature tells of it. Otherwise it is in the feed to be closed in time, and is told
    /// nothing of the log.
    /// </summary>
    public required bool FollowsLog { get; init; }

    /// <summary>The position that the handshake asks to go on from; null without one.</summary>
    public long? Since { get; init; }

    /// <summary>Where it comes into the feed; set before the socket is let in.</summary>
    public Entry? Entry { get; set; }

    /// <summary>How often it may change what it views: every change is told to many.</summary>
    public TokenBucket Views { get; } = new(ViewsPerSecond, clock);

    public TokenBucket Requests { get; } = new(options.MaxFramesPerSecond, clock);

    public override CancellationToken Gone => socket.Gone;

    public override string Namespace => socket.Namespace.Name;

    public override bool HasRoom => socket.HasRoom;

    public static SocketIOSession Of(ClientSocket socket) =>
        (SocketIOSession?)socket.Items[Key] ?? throw new InvalidOperationException("The socket was not admitted.");

    public void Attach() => socket.Items[Key] = this;

    public override void Deliver(EventForm @event, Delivery how)
    {
        if (forms.Of(@event, how, Caller) is { } encoded) socket.Send(encoded);
    }

    public override void Deliver(IReadOnlyList<SearchChange> changes, Delivery how)
    {
        if (RightsUntil <= clock.GetUtcNow())
        {
            Close(Closing.TokenExpired);
            return;
        }

        // At the position of a resource's change there is no other event on Socket.IO.
        for (var each = 0; each < changes.Count; each++)
            socket.Send(forms.Of(changes[each], isLast: how != Delivery.Replay && each == changes.Count - 1));
    }

    public override void TellGap(long from, long to)
    {
        if (FollowsLog) socket.Send(socket.Namespace.Encode("gap", new { from, to }));
    }

    public override void TellPosition(PositionForm position, Standing standing)
    {
        if (!FollowsLog) return;

        var place = SocketOffset.PlaceOfPosition(standing.Position, standing.IsChosen);
        var offset = new SocketOffset(standing.Position, standing.IsChosen);
        socket.Send(place > lastPlace ? forms.At(position, offset) : forms.Of(position));
        lastPlace = Math.Max(lastPlace, place);
    }

    public override void Tell(EphemeralEvent @event)
    {
        if (FollowsLog && @event.Namespace == Namespace) socket.Send(forms.Of(@event));
    }

    public override ValueTask<bool> WaitForRoom(CancellationToken cancel) => socket.WaitForRoom(cancel);

    /// <summary>Closes the engine, not the namespace: then the client comes back by itself and shows its credentials again.</summary>
    public override void Close(Closing why)
    {
        var (code, text) = CloseReasons.Of(why);
        socket.Close(code, text);
    }
}
