using Vagus.SocketIO.Delivery;

namespace Vagus.SocketIO.Engine;

/// <summary>
/// The requests of a client that polls: one GET that waits, one POST at a time, and what is still answered when the session has ended. The
/// session's gate guards it.
/// </summary>
internal sealed class PollingState(EngineSession session)
{
    private PollWait? _wait;
    private bool _farewellTaken;
    private int _posting;
    private int _answering;

    internal bool IsWaiting => _wait is not null;

    /// <summary>An answer is on its way; its writing is watched by the web server.</summary>
    internal bool IsAnswering => _answering > 0;

    /// <summary>The session has ended, and one GET that comes late is still answered.</summary>
    internal bool LeavesTombstone { get; private set; }

    /// <summary>Begins a poll, and says what came of it.</summary>
    internal PollStart Begin()
    {
        session.CheckHeartbeat();
        lock (session.Gate)
        {
            if (session.State == SessionState.Closed)
                return TakeTombstone() is { } last ? new PollStart(Body: last) : new PollStart(IsOver: true);
            // After the close packet there is nothing to poll for, also in the moment before the session is put away.
            if (_farewellTaken) return new PollStart(IsOver: true);
            if (session.IsOnWebSocket) return default;
            if (_wait is not null) return new PollStart(IsSecond: true);

            var body = session.Queue.TakePayload();
            if (body is null) return new PollStart(Wait: _wait = new PollWait { IsAfterProbe = session.IsProbed });

            EndAfterFarewell();
            return new PollStart(Body: body);
        }
    }

    /// <summary>
    /// Two polls at once end the session. The one that waits is told so, unless it came after one that its client had given up: then
    /// the session had ended before it came.
    /// </summary>
    internal void EndSecond(bool wasAborted)
    {
        if (wasAborted)
        {
            PollWait? waiting;
            lock (session.Gate) waiting = TakeWait();
            waiting?.Complete(null);
        }
        session.Finish(DisconnectReason.ProtocolError);
    }

    /// <summary>The client hung up on its poll.</summary>
    internal void Abort(PollWait wait)
    {
        lock (session.Gate)
        {
            if (_wait != wait) return;

            _wait = null;
        }
        wait.Complete(null);
        session.Finish(DisconnectReason.TransportFailed);
    }

    /// <summary>Why a POST is not taken; null when it is. One at a time: a second one ends the session.</summary>
    internal EngineError? BeginPost()
    {
        session.CheckHeartbeat();
        // Also in the moment before a session that has ended is put away.
        if (session.State != SessionState.Open) return EngineError.UnknownSession;
        if (session.IsOnWebSocket) return EngineError.BadRequest;
        if (Interlocked.Exchange(ref _posting, 1) == 0) return null;

        session.Finish(DisconnectReason.ProtocolError);
        return EngineError.BadRequest;
    }

    internal void EndPost() => Volatile.Write(ref _posting, 0);

    internal void BeginAnswer()
    {
        lock (session.Gate) _answering++;
    }

    internal void EndAnswer()
    {
        lock (session.Gate)
        {
            _answering--;
            session.Queue.WatchSenders();
        }
    }

    /// <summary>Answers the waiting poll with the queue, if there is something in it. The gate is held.</summary>
    internal void Answer()
    {
        if (_wait is null || session.Queue.TakePayload() is not { } body) return;

        EndAfterFarewell();
        TakeWait()!.Complete(body);
    }

    /// <summary>Answers the waiting poll, with a noop if there is nothing else. The gate is held.</summary>
    internal void AnswerAnyway()
    {
        if (session.Queue.IsBusy) return;

        TakeWait()?.Complete(session.Queue.TakePayload() ?? Frame.Noop.Payload.ToArray());
    }

    /// <summary>The poll that waits is the caller's to answer. The gate is held.</summary>
    internal PollWait? TakeWait()
    {
        var wait = _wait;
        _wait = null;
        return wait;
    }

    /// <summary>
    /// A polling client that closes itself may have sent its POST ahead of a GET. That late GET is answered once, as if it had been
    /// waiting, and only then is the sid forgotten. The gate is held.
    /// </summary>
    internal void LeaveTombstone() => LeavesTombstone = true;

    private byte[]? TakeTombstone()
    {
        if (!LeavesTombstone) return null;

        LeavesTombstone = false;
        session.Table.Remove(session);
        return Frame.Noop.Payload.ToArray();
    }

    /// <summary>When the close packet has been taken, no poll comes for more. The gate is held.</summary>
    private void EndAfterFarewell()
    {
        if (session.State == SessionState.Open || session.Queue.Count > 0) return;

        _farewellTaken = true;
        session.EndSoon(TimeSpan.Zero);
    }
}

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
