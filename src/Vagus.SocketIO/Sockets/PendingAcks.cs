using Vagus.SocketIO.Delivery;
using Vagus.SocketIO.Engine;

namespace Vagus.SocketIO.Sockets;

/// <summary>The acknowledgements that the server waits for from one socket. The session's gate guards them.</summary>
internal sealed class PendingAcks(ClientSocket socket)
{
    private Dictionary<long, PendingAck>? _acks;

    private EngineSession Session => socket.Client.Session;

    /// <summary>Sends the frames and waits; null when no answer came in time, the socket went away or too many are pending.</summary>
    internal Task<EventArguments?> Send(Frame[] frames, long ack, TimeSpan limit, CancellationToken cancel)
    {
        var pending = new PendingAck(this, ack);
        var wheel = Session.Host.Wheel;
        lock (Session.Gate)
        {
            _acks ??= [];
            if (socket.IsGone || _acks.Count >= socket.Namespace.Server.Options.MaxPendingAcks)
                return Task.FromResult<EventArguments?>(null);

            // All of it before the frames: an answer may come while they are sent, and ends the timer and the token's registration.
            _acks.Add(ack, pending);
            wheel.Set(pending, wheel.Now + (long)limit.TotalMilliseconds);
            if (cancel.CanBeCanceled) pending.CancelWith(cancel);
            if (!socket.Stream.SendOrHold(frames)) Take(ack)?.Complete(null);
        }
        return pending.Answer;
    }

    /// <summary>An acknowledgement from the client. One that is not waited for (late, repeated, made up) is ignored.</summary>
    internal void Complete(long ack, EventArguments answer)
    {
        if (Take(ack) is { } pending) pending.Complete(answer);
    }

    internal PendingAck? Take(long ack)
    {
        PendingAck? pending = null;
        lock (Session.Gate) _acks?.Remove(ack, out pending);
        if (pending is not null) Session.Host.Wheel.Cancel(pending);
        return pending;
    }

    internal void FailAll()
    {
        PendingAck[] pending;
        lock (Session.Gate)
        {
            pending = _acks is null ? [] : [.. _acks.Values];
            _acks = null;
        }
        foreach (var one in pending)
        {
            Session.Host.Wheel.Cancel(one);
            one.Complete(null);
        }
    }
}

/// <summary>An acknowledgement that the server waits for; it is its own timer.</summary>
internal sealed class PendingAck(PendingAcks all, long ack) : WheelEntry
{
    private readonly TaskCompletionSource<EventArguments?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _cancelled;

    internal Task<EventArguments?> Answer => _answer.Task;

    internal void CancelWith(CancellationToken cancel) =>
        _cancelled = cancel.UnsafeRegister(static (state, token) => ((PendingAck)state!).Cancelled(token), this);

    internal void Complete(EventArguments? answer)
    {
        _cancelled.Unregister();
        _answer.TrySetResult(answer);
    }

    internal override void Fire(long now) => all.Take(ack)?.Complete(null);

    private void Cancelled(CancellationToken token)
    {
        all.Take(ack);
        _answer.TrySetCanceled(token);
    }
}
