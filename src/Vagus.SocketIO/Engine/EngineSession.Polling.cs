namespace Vagus.SocketIO;

/// <summary>A GET that waits for something to tell the client.</summary>
internal sealed class PollWait
{
    private readonly TaskCompletionSource<byte[]?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The body, or null: the request is refused.</summary>
    internal Task<byte[]?> Answer => _answer.Task;

    internal bool IsAfterProbe { get; init; }

    internal void Complete(byte[]? body) => _answer.TrySetResult(body);
}

/// <summary>
/// How a poll starts: with an answer, with a wait, beside another one, after the session's end, or (nothing set) not at all.
/// </summary>
internal readonly record struct PollStart(byte[]? Body = null, PollWait? Wait = null, bool IsSecond = false, bool IsOver = false);

internal sealed partial class EngineSession
{
    private bool _leavesTombstone;
    private bool _farewellTaken;
    private int _posting;

    /// <summary>Begins a poll, and says what came of it.</summary>
    internal PollStart BeginPoll()
    {
        CheckHeartbeat();
        lock (Gate)
        {
            if (State == SessionState.Closed) return ReadTombstone() is { } last ? new PollStart(Body: last) : new PollStart(IsOver: true);
            // After the close packet there is nothing to poll for, also in the moment before the session is put away.
            if (_farewellTaken) return new PollStart(IsOver: true);
            if (_link is not null) return default;
            if (_poll is not null) return new PollStart(IsSecond: true);

            var body = TakePollBody();
            if (body is null) return new PollStart(Wait: _poll = new PollWait { IsAfterProbe = _noopTimer is not null });

            EndAfterFarewell();
            return new PollStart(Body: body);
        }
    }

    /// <summary>
    /// Two polls at once end the session. The one that waits is told so, unless it came after one that its client had given up: then
    /// the session had ended before it came.
    /// </summary>
    internal void EndSecondPoll(bool wasAborted)
    {
        if (wasAborted)
        {
            PollWait? waiting;
            lock (Gate)
            {
                waiting = _poll;
                _poll = null;
            }
            waiting?.Complete(null);
        }
        Finish(DisconnectReason.ProtocolError);
    }

    /// <summary>The client hung up on its poll.</summary>
    internal void AbortPoll(PollWait wait)
    {
        lock (Gate)
        {
            if (_poll != wait) return;

            _poll = null;
        }
        wait.Complete(null);
        Finish(DisconnectReason.TransportFailed);
    }

    /// <summary>Why a POST is not taken; null when it is. One at a time: a second one ends the session.</summary>
    internal EngineError? BeginPost()
    {
        CheckHeartbeat();
        // Also in the moment before a session that has ended is put away.
        if (State != SessionState.Open) return EngineError.UnknownSession;
        if (_link is not null) return EngineError.BadRequest;
        if (Interlocked.Exchange(ref _posting, 1) == 0) return null;

        Finish(DisconnectReason.ProtocolError);
        return EngineError.BadRequest;
    }

    internal void EndPost() => Volatile.Write(ref _posting, 0);

    /// <summary>Answers the waiting poll with the queue, if there is something in it. The gate is held.</summary>
    private void AnswerPoll()
    {
        if (_poll is not { } poll || TakePollBody() is not { } body) return;

        _poll = null;
        EndAfterFarewell();
        poll.Complete(body);
    }

    /// <summary>When the close packet has been taken nobody will come for more. The gate is held.</summary>
    private void EndAfterFarewell()
    {
        if (State == SessionState.Open || _queue.Count > 0) return;

        _farewellTaken = true;
        Host.Wheel.Set(new WheelAction(End), Host.Wheel.Now);
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
        Taken();
        return PollingPayload.Write(frames, count);
    }

    private byte[]? ReadTombstone()
    {
        if (!_leavesTombstone) return null;

        _leavesTombstone = false;
        Table.Remove(this);
        return Frame.Noop.Payload.ToArray();
    }
}
