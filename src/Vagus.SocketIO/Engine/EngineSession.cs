using System.Globalization;
using System.Text;
using Vagus.SocketIO.Delivery;

namespace Vagus.SocketIO.Engine;

internal enum SessionState : byte
{
    Open,

    /// <summary>Nothing more is accepted; what is queued, and the close, still go out.</summary>
    Closing,
    Closed,
}

/// <summary>
/// One Engine.IO connection: its state, and the transport it is on. Its parts are the queue, the heartbeat, the polls, and the upgrade that
/// is under way. The gate guards all of them; no application code runs while it is held.
/// </summary>
internal sealed class EngineSession
{
    private const long TombstoneMilliseconds = 1_000;
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(3);

    /// <summary>Writes that one turn in a lane may take, so that a client with much to read does not hold up the others.</summary>
    private const int WritesPerTurn = 4;

    private readonly Heartbeat _heartbeat;
    private WebSocketLink? _link;
    private Upgrade? _upgrade;
    private int _reported;

    internal EngineSession(EngineTable table, string sid, EngineHandshake handshake)
    {
        Table = table;
        Sid = sid;
        Handshake = handshake;
        Lane = table.Host.Lanes.Assign();
        Queue = new OutgoingQueue(this);
        Polling = handshake.IsPolling ? new PollingState(this) : null;
        _heartbeat = new Heartbeat(this);
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

    internal OutgoingQueue Queue { get; }

    /// <summary>Null where the connection began as a WebSocket.</summary>
    internal PollingState? Polling { get; }

    internal bool IsOnWebSocket => _link is not null;

    /// <summary>A WebSocket's probe was answered, and the client has not moved to it yet.</summary>
    internal bool IsProbed => _upgrade is { IsProbed: true };

    internal byte Lane { get; }

    internal EngineSession? NextInLane { get; set; }

    internal void Begin(EngineReceiver receiver)
    {
        Receiver = receiver;
        _heartbeat.Start();
    }

    internal byte[] OpenPacket(bool canUpgrade) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""0{"sid":"{{Sid}}","upgrades":[{{(canUpgrade ? "\"websocket\"" : "")}}],"pingInterval":{{Milliseconds(Options.PingInterval)}},"pingTimeout":{{Milliseconds(Options.PingTimeout)}},"maxPayload":{{Options.MaxPayload}}}"""));

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
                lock (Gate)
                {
                    if (State == SessionState.Open) _heartbeat.Pong();
                }
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

    internal async ValueTask<bool> AcceptBinary(ReadOnlyMemory<byte> payload)
    {
        if (State != SessionState.Open) return false;

        await Receiver.Binary(payload);
        return State == SessionState.Open;
    }

    /// <summary>The client broke Engine.IO itself. On polling that is the end at once, as in the reference server.</summary>
    internal void Violated()
    {
        if (_link is null) Finish(DisconnectReason.ProtocolError);
        else Close(DisconnectReason.ProtocolError, code: 0);
    }

    internal void CheckHeartbeat()
    {
        if (State == SessionState.Open && _heartbeat.IsOverdue) Finish(DisconnectReason.PingTimeout);
    }

    /// <summary>Queues the frames of one packet; false if the session is closed or, by this packet, found to read too slowly.</summary>
    internal bool Send(params ReadOnlySpan<Frame> frames)
    {
        bool fits;
        var schedule = false;
        lock (Gate)
        {
            if (State != SessionState.Open) return false;

            fits = Queue.Fits(frames.Length);
            if (fits)
            {
                foreach (var frame in frames) Queue.Add(frame);
                schedule = TakeTurn();
            }
        }
        if (!fits) CloseSlowReader();
        if (schedule) Host.Lanes.Schedule(this);
        return fits;
    }

    /// <summary>Sends only what can go out at once: nothing is queued before it, and the transport is ready.</summary>
    internal bool SendVolatile(Frame[] frames)
    {
        lock (Gate)
        {
            if (Queue.Count > 0 || Queue.IsStalled || !HasTransport) return false;
        }
        return Send(frames);
    }

    /// <summary>
    /// What a sender that can wait awaits before it sends these frames, and then asks again. Complete at once when there is room now, or
    /// the session has ended.
    /// </summary>
    internal Task RoomFor(ReadOnlySpan<Frame> frames)
    {
        lock (Gate) return State == SessionState.Open ? Queue.RoomFor(frames.Length) : Task.CompletedTask;
    }

    /// <summary>Senders have waited for <see cref="EngineOptions.SendTimeout"/> and no poll has come.</summary>
    internal void EndUnlessItTakes()
    {
        lock (Gate)
        {
            if (State != SessionState.Open || _link is not null || !Queue.HasWaitingSenders) return;
            if (Polling is { IsAnswering: true })
            {
                Queue.WatchSenders();
                return;
            }
        }
        CloseSlowReader();
    }

    /// <summary>Writes what is queued. Called by a lane, by one thread at a time.</summary>
    internal void Drain(DrainBuffer buffer)
    {
        for (var writes = 0; writes < WritesPerTurn; writes++)
        {
            WebSocketLink link;
            lock (Gate)
            {
                if (State == SessionState.Closed || Queue.Count == 0 || _link is null)
                {
                    Queue.EndTurn();
                    if (_link is null) Polling?.Answer();
                    return;
                }
                link = _link;
                Queue.TakeBatch(buffer);
            }
            var closes = buffer.Frames[^1].Opcode == Opcode.Close;
            if (!link.Output.Write(buffer, this, closes)) return;
        }
        Host.Lanes.Schedule(this);
    }

    /// <summary>From here on the session is on this WebSocket, and the queue goes on there in order.</summary>
    internal void StartWebSocket(WebSocketLink link)
    {
        bool schedule;
        lock (Gate)
        {
            _link = link;
            schedule = Queue.Count > 0 && TakeTurn();
        }
        if (schedule) Host.Lanes.Schedule(this);
    }

    /// <summary>Takes the upgrade as the one under way. The gate is held.</summary>
    internal bool BeginUpgrade(Upgrade upgrade)
    {
        if (State != SessionState.Open || _link is not null || _upgrade is not null) return false;

        _upgrade = upgrade;
        return true;
    }

    /// <summary>Whether it is the upgrade under way. The gate is held.</summary>
    internal bool IsUpgrading(Upgrade upgrade) => _upgrade == upgrade;

    /// <summary>Puts the upgrade away; false if it is not the one under way. The gate is held.</summary>
    internal bool EndUpgrade(Upgrade upgrade)
    {
        if (_upgrade != upgrade) return false;

        _upgrade = null;
        return true;
    }

    /// <summary>
    /// Closes after what is queued has gone out. On WebSocket the close frame carries <paramref name="code"/> (0: none) and
    /// <paramref name="text"/>; on polling it is the close packet. Either way the client comes back by itself.
    /// </summary>
    internal void Close(DisconnectReason reason, ushort code, string text = "")
    {
        bool schedule;
        lock (Gate)
        {
            if (State != SessionState.Open) return;

            State = SessionState.Closing;
            Queue.WakeSenders();
            if (reason is DisconnectReason.SlowReader) Queue.Clear();
            Queue.Add(_link is null ? Frame.ClosePacket : code == 0 ? Frame.CloseWithoutCode() : Frame.Close(code, text));
            schedule = TakeTurn();
        }
        _heartbeat.Stop();
        _upgrade?.Drop();
        EndSoon(CloseGrace);
        if (schedule) Host.Lanes.Schedule(this);
        // A slow reader is found in the middle of a broadcast, under its locks: what the application does about it comes later.
        if (reason == DisconnectReason.SlowReader)
            ThreadPool.UnsafeQueueUserWorkItem(static session => session.Report(DisconnectReason.SlowReader), this, preferLocal: false);
        else Report(reason);
    }

    /// <summary>Closes at once: there is no transport left to tell.</summary>
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

    internal void EndSoon(TimeSpan after) =>
        Host.Wheel.Set(new WheelAction(() => End(Frame.ClosePacket)), Host.Wheel.Now + Milliseconds(after));

    private bool HasTransport => _link is not null || Polling is { IsWaiting: true };

    /// <summary>Whether the caller, having left the gate, must schedule this session. The gate is held.</summary>
    private bool TakeTurn() => HasTransport && Queue.TakeTurn();

    private void CloseSlowReader()
    {
        Host.Metrics.SlowReader();
        Close(DisconnectReason.SlowReader, CloseCode.SlowReader, CloseText.SlowReader);
    }

    private void End(Frame answerPoll)
    {
        WebSocketLink? link;
        PollWait? poll;
        lock (Gate)
        {
            if (State == SessionState.Closed) return;

            State = SessionState.Closed;
            Queue.WakeSenders();
            Queue.Clear();
            link = _link;
            poll = Polling?.TakeWait();
            if (poll is null && link is null && answerPoll == Frame.Noop) Polling?.LeaveTombstone();
        }
        _heartbeat.Stop();
        _upgrade?.Drop();
        link?.End();
        poll?.Complete(answerPoll.Payload.ToArray());
        if (Polling is not { LeavesTombstone: true }) Table.Remove(this);
        else Host.Wheel.Set(new WheelAction(() => Table.Remove(this)), Host.Wheel.Now + TombstoneMilliseconds);
    }

    private void Report(DisconnectReason reason)
    {
        if (Interlocked.Exchange(ref _reported, 1) != 0) return;

        Host.Metrics.Closed(reason);
        EngineLog.Closed(Host.Logger, reason);
        Receiver.Closed(reason);
    }

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;
}
