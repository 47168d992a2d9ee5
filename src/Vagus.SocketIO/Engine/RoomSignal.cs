namespace Vagus.SocketIO.Engine;

/// <summary>
/// Wakes the senders that wait for room in a session's queue. While one waits, a polling client that fetches nothing for
/// <see cref="EngineOptions.SendTimeout"/> is found; on WebSocket the watch over each write does that. The session's gate guards it.
/// </summary>
internal sealed class RoomSignal(EngineSession session) : WheelEntry
{
    private TaskCompletionSource? _waiting;

    internal bool IsAwaited => _waiting is not null;

    /// <summary>Completes when the queue may have room, or the session has ended: the caller looks again.</summary>
    internal Task Wait()
    {
        if (_waiting is null) Watch();
        return (_waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    /// <summary>The client takes something: its time starts anew.</summary>
    internal void Watch() => session.Host.Wheel.Set(this, session.Host.Wheel.Now + (long)session.Options.SendTimeout.TotalMilliseconds);

    internal void Wake()
    {
        session.Host.Wheel.Cancel(this);
        _waiting?.TrySetResult();
        _waiting = null;
    }

    internal override void Fire(long now) => session.EndUnlessItTakes();
}
