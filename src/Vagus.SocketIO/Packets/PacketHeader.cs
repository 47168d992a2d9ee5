namespace Vagus.SocketIO.Packets;

internal enum PacketType : byte
{
    Connect = 0,
    Disconnect = 1,
    Event = 2,
    Ack = 3,
    ConnectError = 4,
    BinaryEvent = 5,
    BinaryAck = 6,
}

/// <summary>What precedes the JSON of a packet: <c>type [attachments "-"] [namespace ","] [ack id]</c>.</summary>
internal readonly ref struct PacketHeader
{
    internal const long NoAck = -1;
    private const long LargestAck = (1L << 53) - 1;

    private PacketHeader(PacketType type, int attachments, ReadOnlySpan<byte> @namespace, long ack, int payloadAt)
    {
        Type = type;
        Attachments = attachments;
        Namespace = @namespace;
        Ack = ack;
        PayloadAt = payloadAt;
    }

    internal PacketType Type { get; }

    internal int Attachments { get; }

    internal ReadOnlySpan<byte> Namespace { get; }

    internal long Ack { get; }

    internal int PayloadAt { get; }

    internal static bool TryRead(ReadOnlySpan<byte> packet, SocketIOOptions limits, out PacketHeader header)
    {
        header = default;
        if (packet.Length == 0 || packet[0] is < (byte)'0' or > (byte)'6') return false;

        var type = (PacketType)(packet[0] - '0');
        var at = 1;
        var attachments = 0;
        if (type is PacketType.BinaryEvent or PacketType.BinaryAck)
        {
            // None at all would leave a packet that waits for attachments that never come (CVE-2026-69185).
            if (!TryReadNumber(packet, ref at, limits.MaxAttachments, out var count) || count < 1) return false;
            if (at >= packet.Length || packet[at++] != (byte)'-') return false;

            attachments = (int)count;
        }
        var @namespace = "/"u8;
        if (at < packet.Length && packet[at] == (byte)'/')
        {
            var comma = packet[at..].IndexOf((byte)',');
            @namespace = comma < 0 ? packet[at..] : packet.Slice(at, comma);
            at = comma < 0 ? packet.Length : at + comma + 1;
            if (@namespace.Length > limits.MaxNameLength) return false;
        }
        var ack = NoAck;
        if (at < packet.Length && char.IsAsciiDigit((char)packet[at]) && !TryReadNumber(packet, ref at, LargestAck, out ack)) return false;

        header = new PacketHeader(type, attachments, @namespace, ack, at);
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> packet, ref int at, long largest, out long number)
    {
        number = 0;
        var first = at;
        for (; at < packet.Length && char.IsAsciiDigit((char)packet[at]); at++)
        {
            number = (number * 10) + (packet[at] - '0');
            if (number > largest) return false;
        }
        return at > first;
    }
}
