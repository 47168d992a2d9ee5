namespace Vagus.SocketIO;

/// <summary>A GET that waits for something to tell the client.</summary>
internal sealed class PollWait
{
    private readonly TaskCompletionSource<byte[]> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<byte[]> Answer => _answer.Task;

    internal void Complete(byte[] body) => _answer.TrySetResult(body);
}

internal sealed partial class EngineSession
{
    private bool _tombstoneRead;
    private int _posting;

    /// <summary>Begins a poll: an answer that is there already, a wait, or (both null) a request that should not have been made.</summary>
    internal (byte[]? Body, PollWait? Wait) BeginPoll()
    {
        CheckHeartbeat();
        PollWait? doubled;
        lock (Gate)
        {
            if (State == SessionState.Closed) return (ReadTombstone(), null);
            if (_link is not null) return (null, null);

            doubled = _poll;
            if (doubled is null)
            {
                var body = TakePollBody();
                if (body is null) return (null, _poll = new PollWait());
                if (State == SessionState.Open) return (body, null);

                // The close packet was in there; nobody will come for more.
                Host.Wheel.Set(new WheelAction(End), Host.Wheel.Now);
                return (body, null);
            }
        }
        Finish(DisconnectReason.ProtocolError);
        return (null, null);
    }

    /// <summary>The client hung up on its poll.</summary>
    internal void AbortPoll(PollWait wait)
    {
        lock (Gate)
        {
            if (_poll != wait) return;

            _poll = null;
        }
        Finish(DisconnectReason.TransportFailed);
    }

    /// <summary>One POST at a time; a second one ends the session.</summary>
    internal bool BeginPost()
    {
        CheckHeartbeat();
        if (State != SessionState.Open || _link is not null) return false;
        if (Interlocked.Exchange(ref _posting, 1) == 0) return true;

        Finish(DisconnectReason.ProtocolError);
        return false;
    }

    internal void EndPost() => Volatile.Write(ref _posting, 0);

    /// <summary>Answers the waiting poll with the queue, if there is something in it. The gate is held.</summary>
    private void AnswerPoll()
    {
        if (_poll is not { } poll || TakePollBody() is not { } body) return;

        _poll = null;
        poll.Complete(body);
        if (State == SessionState.Closing) Host.Wheel.Set(new WheelAction(End), Host.Wheel.Now);
    }

    private byte[]? TakePollBody()
    {
        if (_queue.Count == 0) return null;

        var count = 0;
        var frames = new List<Frame>(_queue.Count);
        while (_queue.Count > 0)
        {
            var length = _queue.Peek().PollingLength + (frames.Count > 0 ? 1 : 0);
            if (frames.Count > 0 && count + length > Options.MaxPayload) break;

            count += length;
            frames.Add(_queue.Take());
        }
        return PollingPayload.Write(frames, count);
    }

    private byte[]? ReadTombstone()
    {
        if (_tombstoneRead || _link is not null) return null;

        _tombstoneRead = true;
        Table.Remove(this);
        return Frame.Noop.Payload.ToArray();
    }
}
