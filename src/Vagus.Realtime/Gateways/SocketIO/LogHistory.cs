using Vagus.Realtime.Feed;
using Vagus.SocketIO;

namespace Vagus.Realtime.Gateways.SocketIO;

/// <summary>
/// Connection-state recovery of Socket.IO out of the log: an offset is a position, so it means the same after a restart and on another
/// node. It says nothing about who asks; what is replayed is decided by the caller of the credentials shown now. Here it is only decided
/// where a socket begins: what it missed reaches it after it was let in, by the same catch-up that leads everybody.
/// </summary>
internal sealed class LogHistory(Feeds feeds, AbsentClients absent) : IEventHistory
{
    public async ValueTask<EventOffset> Head(ClientSocket socket, CancellationToken cancel)
    {
        var session = SocketIOSession.Of(socket);
        if (!session.FollowsLog)
        {
            session.Entry = new Entry(await feeds.Standing(session.Caller.Tenant, cancel), Asked: []);
            return new SocketOffset(0, IsChosen: false).OfEvent();
        }

        session.Entry = await Begin(session, cancel);
        // What the client may show when it comes back lies before a gap: the line may break before the gap has arrived.
        var known = session.Entry.Gap is { } gap ? gap.From - 1 : session.Entry.After;
        return new EventOffset(SocketOffset.PlaceOfEvent(session.Entry.After), new SocketOffset(known, IsChosen: false).ToString());
    }

    public async ValueTask<Replay?> Since(ClientSocket socket, string offset, int limit, CancellationToken cancel)
    {
        var session = SocketIOSession.Of(socket);
        if (!session.FollowsLog || SocketOffset.Parse(offset) is not { } place) return null;

        var known = absent.Take(session.Caller, socket.Id);
        // A replay that was not sent, or was sent and may not have arrived, has holes that no offset tells of. Subscriptions that are not
        // known cannot be restored.
        if (known is null ? place.IsChosen : !known.HasAllAt(place.Position)) return null;

        // A search that was opened under other rights is opened anew.
        if (known?.Asked is { } asked && !SubscribeSearch.MayGoOn(session, asked)) return null;

        var back = await feeds.WayBack(session.Caller.Tenant, place.Position, cancel);
        if (back.Lost is not null) return null;

        session.Entry = new Entry(place.Position, known?.Asked);
        return new Replay(SocketOffset.PlaceOfEvent(place.Position), []);
    }

    /// <summary>Presence, gaps and answers are not part of the log and are not replayed.</summary>
    public EncodedEvent Append(EncodedEvent @event, EventAudience audience) => @event;

    private async ValueTask<Entry> Begin(SocketIOSession session, CancellationToken cancel)
    {
        if (session.Since is not { } since) return new Entry(await feeds.Standing(session.Caller.Tenant, cancel), Asked: null);

        var back = await feeds.WayBack(session.Caller.Tenant, since, cancel);
        return new Entry(back.After, Asked: null) { Gap = back.Lost };
    }
}
