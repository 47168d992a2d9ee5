namespace Vagus.SocketIO;

public sealed partial class ClientSocket
{
    private Dictionary<long, PendingAck>? _acks;

    internal Task<EventArguments?> SendAwaitingAck(Frame[] frames, long ack, TimeSpan limit, CancellationToken cancel)
    {
        var pending = new PendingAck(this, ack);
        lock (_client.Session.Gate)
        {
            _acks ??= [];
            if (_state == SocketState.Gone || _acks.Count >= Namespace.Server.Options.MaxPendingAcks)
                return Task.FromResult<EventArguments?>(null);

            _acks.Add(ack, pending);
            var sent = _state == SocketState.Connected ? _client.Session.Send(frames) : Hold(occurrence: null, frames);
            if (!sent)
            {
                _acks?.Remove(ack);
                return Task.FromResult<EventArguments?>(null);
            }
        }
        var wheel = _client.Session.Host.Wheel;
        wheel.Set(pending, wheel.Now + (long)limit.TotalMilliseconds);
        if (cancel.CanBeCanceled) pending.CancelWith(cancel);
        return pending.Answer;
    }

    /// <summary>An acknowledgement from the client. One that nobody waits for (late, repeated, made up) is ignored.</summary>
    internal void Acknowledged(long ack, EventArguments answer)
    {
        if (TakeAck(ack) is { } pending) pending.Complete(answer);
    }

    internal PendingAck? TakeAck(long ack)
    {
        PendingAck? pending = null;
        lock (_client.Session.Gate) _acks?.Remove(ack, out pending);
        if (pending is not null) _client.Session.Host.Wheel.Cancel(pending);
        return pending;
    }

    internal void Answer(long ack, ReadOnlySpan<object?> arguments)
    {
        var (json, attachments) = EventEncoder.Encode(arguments, Namespace.Server.Options.Json);
        Answer(ack, json, attachments);
    }

    internal void Answer(long ack, EventArguments arguments) => Answer(ack, arguments.Json.Span, [.. arguments.Attachments]);

    private void Answer(long ack, ReadOnlySpan<byte> json, byte[][] attachments)
    {
        if (_state != SocketState.Gone) _client.Session.Send(EventFrames.BuildAck(Namespace.Name, ack, json, attachments));
    }

    private void FailAcks()
    {
        PendingAck[] pending;
        lock (_client.Session.Gate)
        {
            pending = _acks is null ? [] : [.. _acks.Values];
            _acks = null;
        }
        foreach (var one in pending)
        {
            _client.Session.Host.Wheel.Cancel(one);
            one.Complete(null);
        }
    }
}

/// <summary>An acknowledgement that the server waits for; it is its own timer.</summary>
internal sealed class PendingAck(ClientSocket socket, long ack) : WheelEntry
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

    internal override void Fire(long now) => socket.TakeAck(ack)?.Complete(null);

    private void Cancelled(CancellationToken token)
    {
        socket.TakeAck(ack);
        _answer.TrySetCanceled(token);
    }
}
