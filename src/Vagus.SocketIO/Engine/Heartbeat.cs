using Vagus.SocketIO.Delivery;

namespace Vagus.SocketIO.Engine;

/// <summary>
/// Engine.IO's heartbeat: the server pings, and a client that does not answer in time is gone. It is its own timer. The session's gate
/// guards it.
/// </summary>
internal sealed class Heartbeat(EngineSession session) : WheelEntry
{
    private const long SlackMilliseconds = 15;

    private bool _awaitingPong;

    /// <summary>
    /// A limit has passed, or is about to, whose timer has not fired yet: whether a request comes in time must not depend on which of two
    /// threads is faster.
    /// </summary>
    internal bool IsOverdue
    {
        get
        {
            var limit = _awaitingPong ? Due : Due + Milliseconds(session.Options.PingTimeout);
            return session.Host.Wheel.Now + SlackMilliseconds > limit;
        }
    }

    internal void Start() => Wait(session.Host.Wheel.Now, session.Options.PingInterval);

    internal void Stop() => session.Host.Wheel.Cancel(this);

    /// <summary>The client answers. The gate is held.</summary>
    internal void Pong()
    {
        if (!_awaitingPong) return;

        _awaitingPong = false;
        Start();
    }

    internal override void Fire(long now)
    {
        bool expired;
        lock (session.Gate)
        {
            if (session.State != SessionState.Open) return;

            expired = _awaitingPong;
            if (!expired)
            {
                _awaitingPong = true;
                // Counted from when the ping was due, so that delays do not add up.
                Wait(Due, session.Options.PingTimeout);
            }
        }
        if (expired) session.Finish(DisconnectReason.PingTimeout);
        else session.Send(Frame.Ping);
    }

    private void Wait(long from, TimeSpan span) => session.Host.Wheel.Set(this, from + Milliseconds(span));

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;
}
