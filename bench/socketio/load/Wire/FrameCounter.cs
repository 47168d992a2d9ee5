using System.Buffers.Binary;

namespace Vagus.SocketIO.Load.Wire;

/// <summary>What arrived, told by the first bytes of a frame; nothing else of it is looked at.</summary>
internal enum Arrival { Open, Ping, Connected, Event, Ack, Closing, Other }

/// <summary>Cuts a stream of unmasked server frames and tells the first two payload bytes of each.</summary>
internal struct FrameCounter
{
    private ulong _head;
    private int _headLength;
    private long _remaining;
    private bool _inBody;

    /// <summary>Takes bytes until one frame is complete; returns false when it needs more.</summary>
    internal bool TryTake(ref ReadOnlySpan<byte> bytes, out Arrival arrival)
    {
        arrival = Arrival.Other;
        if (!_inBody && !TryReadHead(ref bytes)) return false;
        var taken = (int)Math.Min(_remaining, bytes.Length);
        bytes = bytes[taken..];
        _remaining -= taken;
        if (_remaining > 0) return false;
        arrival = Classify();
        (_head, _headLength, _inBody) = (0, 0, false);
        return true;
    }

    // The head holds the frame header (two or four bytes; longer frames are never sent here) and two payload bytes.
    private bool TryReadHead(ref ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            if (_headLength >= 2 && _headLength >= HeaderSize + Math.Min(2, PayloadLength)) break;
            if (bytes.IsEmpty) return false;
            _head |= (ulong)bytes[0] << (8 * _headLength++);
            bytes = bytes[1..];
        }
        _remaining = PayloadLength - Math.Min(2, PayloadLength);
        _inBody = true;
        return true;
    }

    private readonly byte Byte(int index) => (byte)(_head >> (8 * index));

    private readonly int HeaderSize => (Byte(1) & 0x7F) switch
    {
        126 => 4,
        127 => throw new InvalidDataException("A frame above 64 KiB is not part of these measures."),
        _ => 2,
    };

    private readonly int PayloadLength => HeaderSize == 2 ? Byte(1) & 0x7F : _headLength < 4 ? int.MaxValue
        : BinaryPrimitives.ReverseEndianness((ushort)(_head >> 16));

    private readonly Arrival Classify()
    {
        if ((Byte(0) & 0x0F) == 8) return Arrival.Closing;
        return ((char)Byte(HeaderSize), (char)Byte(HeaderSize + 1)) switch
        {
            ('0', _) => Arrival.Open,
            ('2', _) => Arrival.Ping,
            ('4', '0') => Arrival.Connected,
            ('4', '2') => Arrival.Event,
            ('4', '3') => Arrival.Ack,
            ('1', _) => Arrival.Closing,
            _ => Arrival.Other,
        };
    }
}
