using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Vagus.SocketIO.Load.Wire;

/// <summary>One non-blocking TCP connection to a server on the loopback.</summary>
internal abstract unsafe class Line
{
    private static int _source;

    private readonly Poller _poller;
    private byte[] _unsent = [];
    private bool _connected;

    protected Line(Poller poller, int port, int? receiveBuffer = null)
    {
        _poller = poller;
        Descriptor = Libc.OpenSocket(2, Libc.Stream | Libc.NonBlocking | Libc.CloseOnExec, 0);
        if (Descriptor < 0) throw new Win32Exception();
        SetInteger(Libc.TcpLevel, Libc.NoDelay, 1);
        if (receiveBuffer is { } size) SetInteger(Libc.SocketLevel, Libc.ReceiveBuffer, size);
        BindToNextSource();
        var result = WithAddress(127, 0, 0, 1, port, (address, length) => Libc.Connect(Descriptor, address, length));
        if (result != 0 && Marshal.GetLastPInvokeError() != Libc.InProgress) throw new Win32Exception();
        poller.Add(this, writable: true);
    }

    internal int Descriptor { get; private set; }

    internal bool IsOpen => Descriptor >= 0;

    protected abstract void Connected();

    protected abstract void Received(ReadOnlySpan<byte> bytes);

    /// <summary>Called once when the line ends without our asking.</summary>
    protected abstract void Lost();

    internal void Ready(uint flags)
    {
        if ((flags & Libc.Writable) != 0 && !Flush()) return;
        if ((flags & (Libc.Readable | Libc.HungUp | Libc.Failed)) != 0) Read();
    }

    internal void Send(ReadOnlySpan<byte> bytes)
    {
        if (!IsOpen) return;
        if (_unsent.Length > 0 || !_connected)
        {
            _unsent = [.. _unsent, .. bytes];
            return;
        }
        var sent = SendNow(bytes);
        if (sent == bytes.Length || !IsOpen) return;
        _unsent = bytes[sent..].ToArray();
        _poller.Change(this, writable: true);
    }

    internal void StopReading() => _poller.Ignore(this);

    internal void FinishSending() => _ = Libc.Shutdown(Descriptor, Libc.ShutdownWrite);

    internal void Close()
    {
        if (!IsOpen) return;
        _poller.Forget(this);
        _ = Libc.Close(Descriptor);
        Descriptor = -1;
    }

    /// <summary>Vanishes with a reset, as a crashed phone or a pulled cable behind a proxy does.</summary>
    internal void Reset()
    {
        if (!IsOpen) return;
        Span<int> linger = [1, 0];
        fixed (int* value = linger) _ = Libc.SetOption(Descriptor, Libc.SocketLevel, Libc.Linger, value, 8);
        Close();
    }

    private void Read()
    {
        // A few rounds only: one busy line must not keep the others waiting.
        for (var round = 0; round < 4 && IsOpen; round++)
        {
            var count = (int)Libc.Receive(Descriptor, _poller.BufferAddress, _poller.Buffer.Length, 0);
            if (count > 0) Received(_poller.Buffer[..count]);
            if (count > 0 && count == _poller.Buffer.Length) continue;
            if (count > 0 || (count < 0 && Marshal.GetLastPInvokeError() == Libc.Again)) return;
            EndUnasked();
        }
    }

    private bool Flush()
    {
        if (!_connected)
        {
            int error = 0, length = sizeof(int);
            _ = Libc.GetOption(Descriptor, Libc.SocketLevel, Libc.PendingError, &error, &length);
            if (error != 0)
            {
                EndUnasked();
                return false;
            }
            _connected = true;
            Connected();
        }
        var waiting = _unsent;
        var sent = waiting.Length == 0 ? 0 : SendNow(waiting);
        if (!IsOpen) return false;
        _unsent = waiting[sent..];
        if (_unsent.Length == 0) _poller.Change(this, writable: false);
        return true;
    }

    private int SendNow(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            var sent = (int)Libc.Send(Descriptor, start, bytes.Length, Libc.NoSignal);
            if (sent >= 0) return sent;
            if (Marshal.GetLastPInvokeError() == Libc.Again) return 0;
        }
        EndUnasked();
        return 0;
    }

    private void EndUnasked()
    {
        if (!IsOpen) return;
        Close();
        Lost();
    }

    // Forty source addresses: one alone runs out of ports when thousands of connections a second come and go.
    private void BindToNextSource()
    {
        SetInteger(Libc.IpLevel, Libc.BindAddressNoPort, 1);
        _source = (_source + 1) % 40;
        if (WithAddress(127, 0, 0, (byte)(_source + 2), 0, (address, length) => Libc.Bind(Descriptor, address, length)) != 0)
            throw new Win32Exception();
    }

    private void SetInteger(int level, int name, int value) => _ = Libc.SetOption(Descriptor, level, name, &value, sizeof(int));

    private delegate int AddressCall(byte* address, int length);

    private static int WithAddress(byte a, byte b, byte c, byte d, int port, AddressCall call)
    {
        Span<byte> address = [2, 0, (byte)(port >> 8), (byte)port, a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0];
        fixed (byte* start = address) return call(start, 16);
    }
}
