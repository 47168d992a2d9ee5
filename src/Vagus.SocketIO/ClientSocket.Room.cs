namespace Vagus.SocketIO;

public sealed partial class ClientSocket
{
    /// <summary>Packets that wait to be written to this socket's connection.</summary>
    public int Backlog => _client.Session.Backlog;

    /// <summary>
    /// Whether the queue of this socket's connection is at most half full, by <see cref="EngineOptions.MaxQueuedPackets"/> and by
    /// <see cref="EngineOptions.MaxQueuedBytes"/>.
    /// </summary>
    public bool HasRoom => _client.Session.HasRoom;

    private bool Lives => _state != SocketState.Gone && _client.Session.State == SessionState.Open;

    /// <summary>
    /// Waits until <see cref="HasRoom"/>. False: the socket is gone or its connection is being closed. A client that takes nothing for
    /// <see cref="EngineOptions.SendTimeout"/> meanwhile is closed as a slow reader.
    /// </summary>
    public async ValueTask<bool> WaitForRoom(CancellationToken cancel = default)
    {
        while (_state != SocketState.Gone && _client.Session.RoomFor([]) is { IsCompleted: false } room) await room.WaitAsync(cancel);
        return Lives;
    }

    /// <summary>
    /// Sends one encoded event as <see cref="Send"/> does, but waits for room first, so that a client that reads slowly is not closed for
    /// it. Calls that wait at the same time may overtake each other: a sender that needs an order awaits each call. A socket that is not
    /// let in yet holds the event and does not wait.
    /// </summary>
    public async ValueTask<bool> SendWhenRoom(EncodedEvent encoded, CancellationToken cancel = default)
    {
        var frames = Frames(encoded);
        while (true)
        {
            Task room;
            lock (_client.Session.Gate)
            {
                room = _state == SocketState.Connected ? _client.Session.RoomFor(frames) : Task.CompletedTask;
                if (room.IsCompleted) return Send(encoded);
            }
            await room.WaitAsync(cancel);
        }
    }
}
