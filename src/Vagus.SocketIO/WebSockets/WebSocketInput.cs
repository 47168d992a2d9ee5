using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;
using Vagus.SocketIO.Delivery;

namespace Vagus.SocketIO.WebSockets;

internal enum InputKind
{
    /// <summary>More bytes are needed.</summary>
    Nothing,
    Text,
    Binary,
    Ping,
    Pong,
    Close,

    /// <summary>The client broke the protocol; <see cref="WebSocketInput.Violation"/> is the close code.</summary>
    Violation,
}

/// <summary>
/// Bytes in, messages out: frames, masks, fragments, control frames in between, limits, UTF-8. It does no I/O. While nothing is
/// half received it holds no buffer, and a buffer grows only as bytes arrive, whatever length a header claims.
/// </summary>
internal sealed class WebSocketInput(EngineOptions limits)
{
    private const int FirstBuffer = 4 * 1024;

    private byte[]? _buffer;
    private int _start;
    private int _end;
    private byte[]? _message;
    private int _messageLength;
    private Opcode _messageOpcode;
    private int _frames;

    internal ushort Violation { get; private set; }

    /// <summary>Whether bytes of an unfinished frame are held.</summary>
    internal bool HasPartial => _end > _start;

    /// <summary>Where the next bytes go.</summary>
    internal Memory<byte> Space()
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(FirstBuffer);
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        if (_end == _buffer.Length) Grow(ref _buffer, _end);
        return _buffer.AsMemory(_end);
    }

    internal void Received(int count) => _end += count;

    /// <summary>Gives back what is not needed until more bytes come.</summary>
    internal void Rest()
    {
        if (HasPartial || _buffer is null) return;

        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _start = _end = 0;
    }

    internal void Release()
    {
        _start = _end = 0;
        Rest();
        ReleaseMessage();
    }

    /// <summary>The next message or control frame. The payload is valid until the next call.</summary>
    internal InputKind Next(out ReadOnlyMemory<byte> payload)
    {
        payload = default;
        if (_messageOpcode == Opcode.Continuation && _message is not null) ReleaseMessage();
        while (true)
        {
            switch (FrameHeader.TryRead(_buffer.AsSpan(_start, _end - _start), out var header))
            {
                case HeaderResult.Incomplete: return InputKind.Nothing;
                case HeaderResult.Invalid: return Violate(CloseCode.ProtocolError);
            }
            if (Check(header) is { } violation) return Violate(violation);
            if (_end - _start < header.Size + header.Length) return InputKind.Nothing;

            var body = _buffer.AsMemory(_start + header.Size, (int)header.Length);
            FrameHeader.Unmask(body.Span, header.Mask);
            _start += header.Size + (int)header.Length;
            var kind = header.IsControl ? Control(header.Opcode, body, out payload) : Data(header, body, out payload);
            if (kind != InputKind.Nothing) return kind;
        }
    }

    private ushort? Check(FrameHeader header)
    {
        // A frame may not be longer than a message; nor may there be more of them than a sane client sends.
        if (!header.IsControl && header.Length + _messageLength > limits.MaxPayload) return CloseCode.TooBig;
        if (_frames >= limits.MaxFramesPerMessage) return CloseCode.ProtocolError;
        if (header.IsControl) return null;

        var continues = _messageOpcode != Opcode.Continuation;
        return continues == (header.Opcode == Opcode.Continuation) ? null : CloseCode.ProtocolError;
    }

    private InputKind Control(Opcode opcode, ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> payload)
    {
        payload = body;
        _frames++;
        return opcode switch
        {
            Opcode.Ping => InputKind.Ping,
            Opcode.Pong => InputKind.Pong,
            _ => CloseViolation(body.Span) is { } violation ? Violate(violation) : InputKind.Close,
        };
    }

    /// <summary>RFC 6455 §7.4: a close frame is empty or has a code that may be sent, and a reason in UTF-8.</summary>
    private static ushort? CloseViolation(ReadOnlySpan<byte> body)
    {
        if (body.Length == 0) return null;
        if (body.Length == 1) return CloseCode.ProtocolError;

        var code = BinaryPrimitives.ReadUInt16BigEndian(body);
        if (code is < 1000 or (>= 1004 and <= 1006) or (>= 1015 and < 3000) or >= 5000) return CloseCode.ProtocolError;

        return Utf8.IsValid(body[2..]) ? null : CloseCode.InvalidText;
    }

    private InputKind Data(FrameHeader header, ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> payload)
    {
        payload = body;
        var opcode = header.Opcode;
        if (!header.Final || opcode == Opcode.Continuation)
        {
            if (opcode != Opcode.Continuation) _messageOpcode = opcode;
            _frames++;
            Append(body.Span);
            if (!header.Final) return InputKind.Nothing;

            opcode = _messageOpcode;
            payload = _message.AsMemory(0, _messageLength);
        }
        _messageOpcode = Opcode.Continuation;
        _messageLength = 0;
        _frames = 0;
        if (opcode == Opcode.Binary) return InputKind.Binary;

        return Utf8.IsValid(payload.Span) ? InputKind.Text : Violate(CloseCode.InvalidText);
    }

    private void Append(ReadOnlySpan<byte> part)
    {
        _message ??= ArrayPool<byte>.Shared.Rent(Math.Max(FirstBuffer, part.Length));
        while (_messageLength + part.Length > _message.Length) Grow(ref _message, _messageLength);
        part.CopyTo(_message.AsSpan(_messageLength));
        _messageLength += part.Length;
    }

    private void ReleaseMessage()
    {
        if (_message is null) return;

        ArrayPool<byte>.Shared.Return(_message);
        _message = null;
        _messageLength = 0;
    }

    private InputKind Violate(ushort code)
    {
        Violation = code;
        return InputKind.Violation;
    }

    private static void Grow(ref byte[] buffer, int used)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, used).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
