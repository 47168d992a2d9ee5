using System.Globalization;

namespace Vagus.SocketIO;

internal enum SessionState : byte
{
    Open,

    /// <summary>Nothing more is accepted; what is queued, and the close, still go out.</summary>
    Closing,
    Closed,
}

/// <summary>
/// One Engine.IO connection: its queue, its heartbeat, and the transport it is on. It is its own heartbeat timer. The gate
/// guards all state; no application code runs while it is held.
/// </summary>
internal sealed partial class EngineSession : WheelEntry
{
    private const long HeartbeatSlackMilliseconds = 15;

    private bool _awaitingPong;

    internal EngineSession(EngineTable table, string sid, EngineHandshake handshake)
    {
        Table = table;
        Sid = sid;
        Handshake = handshake;
        Lane = table.Host.Lanes.Assign();
    }

    internal Lock Gate { get; } = new();

    internal EngineTable Table { get; }

    internal EngineHost Host => Table.Host;

    internal EngineOptions Options => Table.Host.Options;

    /// <summary>A capability: it is never logged and never shown to another client.</summary>
    internal string Sid { get; }

    internal EngineHandshake Handshake { get; }

    internal EngineReceiver Receiver { get; private set; } = null!;

    internal SessionState State { get; private set; }

    internal byte Lane { get; }

    internal EngineSession? NextInLane { get; set; }

    internal void Begin(EngineReceiver receiver)
    {
        Receiver = receiver;
        Host.Wheel.Set(this, Host.Wheel.Now + Milliseconds(Options.PingInterval));
    }

    internal string OpenPacketJson(bool canUpgrade) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""0{"sid":"{{Sid}}","upgrades":[{{(canUpgrade ? "\"websocket\"" : "")}}],"pingInterval":{{Milliseconds(Options.PingInterval)}},"pingTimeout":{{Milliseconds(Options.PingTimeout)}},"maxPayload":{{Options.MaxPayload}}}""");

    internal byte[] OpenPacket(bool canUpgrade) => System.Text.Encoding.UTF8.GetBytes(OpenPacketJson(canUpgrade));

    /// <summary>Takes one packet from the client, without its transport's framing. False: the session is (being) closed.</summary>
    internal async ValueTask<bool> Accept(ReadOnlyMemory<byte> packet)
    {
        if (State != SessionState.Open) return false;

        switch (packet.Length == 0 ? (byte)0 : packet.Span[0])
        {
            case (byte)'4':
                await Receiver.Text(packet[1..]);
                return State == SessionState.Open;
            case (byte)'3':
                Pong();
                return true;
            case (byte)'1':
                if (_link is null) Finish(DisconnectReason.TransportClosed);
                else Close(DisconnectReason.TransportClosed, CloseCode.Normal);
                return false;
            // What only a server sends, or has no meaning here, is ignored as the reference server does.
            case (byte)'0' or (byte)'5' or (byte)'6':
                return true;
            default:
                Violated();
                return false;
        }
    }

    /// <summary>The client broke Engine.IO itself. On polling that is the end at once, as in the reference server.</summary>
    internal void Violated()
    {
        if (_link is null) Finish(DisconnectReason.ProtocolError);
        else Close(DisconnectReason.ProtocolError, code: 0);
    }

    internal async ValueTask<bool> AcceptBinary(ReadOnlyMemory<byte> payload)
    {
        if (State != SessionState.Open) return false;

        await Receiver.Binary(payload);
        return State == SessionState.Open;
    }

    internal override void Fire(long now)
    {
        lock (Gate)
        {
            if (State != SessionState.Open) return;
            if (!_awaitingPong)
            {
                _awaitingPong = true;
                // Counted from when the ping was due, so that delays do not add up.
                Host.Wheel.Set(this, Due + Milliseconds(Options.PingTimeout));
            }
            else
            {
                now = -1;
            }
        }
        if (now < 0) Finish(DisconnectReason.PingTimeout);
        else Send(Frame.Ping);
    }

    /// <summary>
    /// Enforces a heartbeat limit that has passed, or is about to, but whose timer has not fired yet: whether a request comes in
    /// time must not depend on which of two threads is faster.
    /// </summary>
    internal void CheckHeartbeat()
    {
        var limit = _awaitingPong ? Due : Due + Milliseconds(Options.PingTimeout);
        if (State == SessionState.Open && Host.Wheel.Now + HeartbeatSlackMilliseconds > limit) Finish(DisconnectReason.PingTimeout);
    }

    /// <summary>
    /// Closes after what is queued has gone out. On WebSocket the close frame carries <paramref name="code"/> (0: none) and
    /// <paramref name="text"/>; on polling it is the close packet. Either way the client comes back by itself.
    /// </summary>
    internal void Close(DisconnectReason reason, ushort code, string text = "")
    {
        var schedule = false;
        lock (Gate)
        {
            if (State != SessionState.Open) return;

            State = SessionState.Closing;
            _room?.Wake();
            if (reason is DisconnectReason.SlowReader) _queue.Clear();
            _queue.Add(_link is null ? Frame.ClosePacket : code == 0 ? Frame.CloseWithoutCode() : Frame.Close(code, text));
            schedule = TakesTurn();
        }
        Host.Wheel.Cancel(this);
        CloseCandidate();
        Host.Wheel.Set(new WheelAction(End), Host.Wheel.Now + CloseGraceMilliseconds);
        if (schedule) Host.Lanes.Schedule(this);
        // A slow reader is found in the middle of a broadcast, under its locks: what the application does about it comes later.
        if (reason == DisconnectReason.SlowReader)
            ThreadPool.UnsafeQueueUserWorkItem(static session => session.Report(DisconnectReason.SlowReader), this, preferLocal: false);
        else Report(reason);
    }

    /// <summary>Closes at once: there is nobody to tell.</summary>
    internal void Finish(DisconnectReason reason)
    {
        bool wasOpen;
        lock (Gate)
        {
            wasOpen = State == SessionState.Open;
            if (State == SessionState.Closed) return;
        }
        End(answerPoll: reason == DisconnectReason.TransportClosed ? Frame.Noop : Frame.ClosePacket);
        if (wasOpen) Report(reason);
    }

    private void Pong()
    {
        lock (Gate)
        {
            if (!_awaitingPong || State != SessionState.Open) return;

            _awaitingPong = false;
            Host.Wheel.Set(this, Host.Wheel.Now + Milliseconds(Options.PingInterval));
        }
    }

    private void End() => End(Frame.ClosePacket);

    private void End(Frame answerPoll)
    {
        WebSocketLink? link;
        PollWait? poll;
        lock (Gate)
        {
            if (State == SessionState.Closed) return;

            State = SessionState.Closed;
            _room?.Wake();
            _queue.Clear();
            link = _link;
            poll = _poll;
            _poll = null;
            _leavesTombstone = poll is null && link is null && answerPoll == Frame.Noop;
        }
        Host.Wheel.Cancel(this);
        CloseCandidate();
        link?.End();
        poll?.Complete(answerPoll.Payload.ToArray());
        Bury();
    }

    private void Report(DisconnectReason reason)
    {
        if (Interlocked.Exchange(ref _reported, 1) != 0) return;

        Host.Metrics.Closed(reason);
        EngineLog.Closed(Host.Logger, reason);
        Receiver.Closed(reason);
    }

    /// <summary>
    /// A polling client that closes itself may have sent its POST ahead of a GET. That late GET is answered once, as if it had been
    /// waiting, and only then is the sid forgotten.
    /// </summary>
    private void Bury()
    {
        if (!_leavesTombstone) Table.Remove(this);
        else Host.Wheel.Set(new WheelAction(() => Table.Remove(this)), Host.Wheel.Now + TombstoneMilliseconds);
    }

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;
}
