namespace Vagus.SocketIO.Load.Wire;

/// <summary>One Socket.IO client over WebSocket: connects, joins a room, then only counts.</summary>
internal class Member(Poller poller, int port, byte[] upgrade, byte[]? join, int? receiveBuffer = null)
    : Line(poller, port, receiveBuffer)
{
    private static ReadOnlySpan<byte> EndOfHeaders => "\r\n\r\n"u8;

    private FrameCounter _frames;
    private int _matched;
    private bool _upgraded;
    private bool _greeted;

    /// <summary>Events since the last <see cref="Restart"/>.</summary>
    internal int Events { get; private set; }

    internal bool Joined { get; private set; }

    internal bool WasLost { get; private set; }

    internal Action<Member>? OnJoined { get; set; }

    internal Action<Member>? OnEvent { get; set; }

    internal Action<Member>? OnLost { get; set; }

    internal void Restart() => Events = 0;

    protected override void Connected() => Send(upgrade);

    protected override void Received(ReadOnlySpan<byte> bytes)
    {
        if (!_upgraded && !SkipHeaders(ref bytes)) return;
        while (IsOpen && _frames.TryTake(ref bytes, out var arrival)) Take(arrival);
    }

    protected override void Lost()
    {
        WasLost = true;
        OnLost?.Invoke(this);
    }

    private void Take(Arrival arrival)
    {
        switch (arrival)
        {
            case Arrival.Event when !_greeted:
                _greeted = true;
                if (join is null) Enter();
                else Send(join);
                break;
            case Arrival.Event:
                Events++;
                OnEvent?.Invoke(this);
                break;
            case Arrival.Ping:
                Send(Frames.Pong);
                break;
            case Arrival.Open:
                Send(Frames.Connect);
                break;
            case Arrival.Ack when !Joined:
                Enter();
                break;
        }
    }

    private void Enter()
    {
        Joined = true;
        OnJoined?.Invoke(this);
    }

    private bool SkipHeaders(ref ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            _matched = bytes[i] == EndOfHeaders[_matched] ? _matched + 1 : bytes[i] == '\r' ? 1 : 0;
            if (_matched < EndOfHeaders.Length) continue;
            bytes = bytes[(i + 1)..];
            return _upgraded = true;
        }
        return false;
    }
}
