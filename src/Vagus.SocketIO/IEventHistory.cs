namespace Vagus.SocketIO;

/// <summary>
/// What a socket missed is read from here. The library keeps a bounded history in memory; an application with a durable log
/// plugs that in, and recovery then outlives the process.
/// </summary>
public interface IEventHistory
{
    /// <summary>Where the stream of this socket stands now: the point a session starts from before its first event.</summary>
    ValueTask<EventOffset> Head(ClientSocket socket, CancellationToken cancel);

    /// <summary>
    /// The events after <paramref name="offset"/> that this socket may see, in order; null when it cannot be proved that none
    /// is missing, and the client is then not recovered. The socket is already in its rooms, so nothing falls between this
    /// and live delivery; what comes by both ways is sent once, by position.
    /// </summary>
    ValueTask<Replay?> Since(ClientSocket socket, string offset, int limit, CancellationToken cancel);

    /// <summary>
    /// Called, in order, for every event that the application emits without an offset and that is neither volatile nor waits for an
    /// acknowledgement. Gives the event as it is to be sent: with an offset if it is kept, unchanged if not.
    /// </summary>
    EncodedEvent Append(EncodedEvent occurrence, EventAudience audience);
}

/// <summary>
/// Whom an event is for: these rooms (none: the whole namespace), without those in the excluded rooms. A socket's own id is a room.
/// </summary>
public sealed record EventAudience(IReadOnlyList<string> Rooms, IReadOnlyList<string> Except)
{
    public static readonly EventAudience Everyone = new([], []);
}

/// <summary>What a socket missed since the position that its offset stands for.</summary>
public sealed record Replay(long After, IReadOnlyList<EncodedEvent> Events);
