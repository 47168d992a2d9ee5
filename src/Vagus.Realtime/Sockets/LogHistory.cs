using System.Globalization;
using Vagus.Realtime.Feed;
using Vagus.Realtime.Sessions;
using Vagus.SocketIO;

namespace Vagus.Realtime.Sockets;

/// <summary>
/// Connection-state recovery of Socket.IO out of the log: an offset is a position, so it means the same after a restart and on another node. It says
/// nothing about who asks; what is replayed is decided by the caller of the credentials shown now.
/// </summary>
internal sealed class LogHistory(Feeds feeds, AbsentClients absent) : IEventHistory
{
    public async ValueTask<EventOffset> Head(ClientSocket socket, CancellationToken cancel)
    {
        if (!IsLive(socket)) return FeedEvent.OffsetAt(0);

        var session = SocketSession.Of(socket);
        var (feed, position) = await feeds.Join(session, wantsAll: true, cancel);
        Following(session, feed);
        return FeedEvent.OffsetAt(position);
    }

    public async ValueTask<Replay?> Since(ClientSocket socket, string offset, int limit, CancellationToken cancel)
    {
        if (!IsLive(socket) || !long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var since)) return null;

        var session = SocketSession.Of(socket);
        var known = absent.Take(session.Caller, socket.Id);
        // One that went away in the middle of a replay has holes that no offset tells of.
        if (known is { IsComplete: false }) return null;

        session.Collect(limit);
        if (await feeds.Rejoin(session, since, known?.Asked, cancel) is not var (feed, resume)) return null;

        await Following(session, feed).Catch(session, resume, cancel);
        return session.CollectedTooMuch ? null : new Replay(since, session.Missed);
    }

    /// <summary>Presence, gaps and answers are not part of the log and are not replayed.</summary>
    public EncodedEvent Append(EncodedEvent occurrence, EventAudience audience) => occurrence;

    private static TenantFeed Following(SocketSession session, TenantFeed feed)
    {
        // The token, not the disconnect handler: that is not called for a socket that goes away before it was let in.
        if (session.Feed != feed) session.Gone.UnsafeRegister(_ => feed.Leave(session), null);
        return session.Feed = feed;
    }

    private static bool IsLive(ClientSocket socket) => socket.Namespace.Name == LiveNamespace.Name;
}
