using System.Buffers;

namespace Vagus.SocketIO.Delivery;

/// <summary>
/// The packets that wait for one client, bounded in count and bytes. An empty queue holds no memory. Not thread-safe: the
/// session's gate guards it.
/// </summary>
internal struct FrameQueue
{
    private Frame[]? _ring;
    private int _head;

    internal int Count { get; private set; }

    internal long Bytes { get; private set; }

    /// <summary>
    /// One event may go beyond the limit in bytes: one that is larger than the queue must not cut a reader that keeps up.
    /// </summary>
    internal readonly bool Fits(int packets, EngineOptions limits) =>
        Count == 0 || (Count + packets <= limits.MaxQueuedPackets && Bytes <= limits.MaxQueuedBytes);

    internal void Add(Frame frame)
    {
        if (_ring is null || Count == _ring.Length) Grow();
        _ring![(_head + Count) & (_ring.Length - 1)] = frame;
        Count++;
        Bytes += frame.Wire.Length;
    }

    internal readonly Frame Peek() => _ring![_head];

    internal Frame Take()
    {
        var frame = _ring![_head];
        _ring[_head] = null!;
        _head = (_head + 1) & (_ring.Length - 1);
        Count--;
        Bytes -= frame.Wire.Length;
        if (Count == 0) Release();
        return frame;
    }

    internal void Clear()
    {
        if (_ring is not null) Release();
        Count = 0;
        Bytes = 0;
    }

    private void Grow()
    {
        // The pool's arrays are powers of two from 16 up, which the ring's mask needs.
        var larger = ArrayPool<Frame>.Shared.Rent(Math.Max(16, Count * 2));
        for (var i = 0; i < Count; i++) larger[i] = _ring![(_head + i) & (_ring.Length - 1)];
        if (_ring is not null) ArrayPool<Frame>.Shared.Return(_ring, clearArray: true);
        _ring = larger;
        _head = 0;
    }

    private void Release()
    {
        ArrayPool<Frame>.Shared.Return(_ring!, clearArray: Count > 0);
        _ring = null;
        _head = 0;
    }
}
