using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Vagus.SocketIO.Load.Wire;

/// <summary>One thread, one epoll, every connection: hands each ready line to its owner.</summary>
internal sealed unsafe class Poller : IDisposable
{
    private const int Capacity = 1024;
    private const int BufferSize = 256 * 1024;

    // The kernel packs the structure to twelve bytes on x64 only.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly int _poll;
    private readonly byte* _events = (byte*)NativeMemory.Alloc((nuint)(Capacity * EventSize));
    private readonly byte* _buffer = (byte*)NativeMemory.Alloc(BufferSize);
    private readonly Dictionary<int, Line> _lines = [];

    internal Poller()
    {
        _poll = Libc.CreatePoll(Libc.CloseOnExec);
        if (_poll < 0) throw new Win32Exception();
    }

    internal Span<byte> Buffer => new(_buffer, BufferSize);

    internal byte* BufferAddress => _buffer;

    internal int OpenLines => _lines.Count;

    internal void Add(Line line, bool writable)
    {
        _lines.Add(line.Descriptor, line);
        Control(Libc.ControlAdd, line.Descriptor, writable);
    }

    internal void Change(Line line, bool writable) => Control(Libc.ControlChange, line.Descriptor, writable);

    /// <summary>Stops watching but keeps the descriptor: what a reader that never reads needs.</summary>
    internal void Ignore(Line line)
    {
        _lines.Remove(line.Descriptor);
        Control(Libc.ControlDelete, line.Descriptor, writable: false);
    }

    internal void Forget(Line line) => _lines.Remove(line.Descriptor);

    /// <summary>Handles what is ready; returns after one batch or after the given time.</summary>
    internal void Turn(int milliseconds)
    {
        var ready = Libc.WaitPoll(_poll, _events, Capacity, milliseconds);
        for (var i = 0; i < ready; i++)
        {
            var entry = new ReadOnlySpan<byte>(_events + i * EventSize, EventSize);
            var flags = BinaryPrimitives.ReadUInt32LittleEndian(entry);
            var descriptor = BinaryPrimitives.ReadInt32LittleEndian(entry[(EventSize == 12 ? 4 : 8)..]);
            if (_lines.TryGetValue(descriptor, out var line)) line.Ready(flags);
        }
    }

    public void Dispose()
    {
        foreach (var line in _lines.Values.ToArray()) line.Close();
        _ = Libc.Close(_poll);
        NativeMemory.Free(_events);
        NativeMemory.Free(_buffer);
    }

    private void Control(int operation, int descriptor, bool writable)
    {
        Span<byte> change = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(change, writable ? Libc.Readable | Libc.Writable : Libc.Readable);
        BinaryPrimitives.WriteInt32LittleEndian(change[(EventSize == 12 ? 4 : 8)..], descriptor);
        fixed (byte* address = change)
        {
            if (Libc.ControlPoll(_poll, operation, descriptor, address) != 0) throw new Win32Exception();
        }
    }
}
