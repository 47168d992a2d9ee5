namespace Vagus.SocketIO.Engine;

/// <summary>
/// Ends a WebSocket on which a write makes no progress within <see cref="EngineOptions.SendTimeout"/>. It is its own timer.
/// </summary>
internal sealed class WriteWatch : WheelEntry
{
    private readonly EngineSession _session;
    private readonly WebSocketLink _link;

    internal WriteWatch(EngineSession session, WebSocketLink link)
    {
        (_session, _link) = (session, link);
        Progress();
    }

    /// <summary>The client takes something: its time starts anew.</summary>
    internal void Progress() =>
        _session.Host.Wheel.Set(this, _session.Host.Wheel.Now + (long)_session.Options.SendTimeout.TotalMilliseconds);

    internal void End() => _session.Host.Wheel.Cancel(this);

    internal override void Fire(long now)
    {
        _session.Host.Metrics.SlowReader();
        _session.Finish(DisconnectReason.SlowReader);
        _link.End();
    }
}
