using System.Buffers;
using System.Buffers.Text;
using Vagus.SocketIO.Delivery;

namespace Vagus.SocketIO.Engine;

/// <summary>Several packets in one body: text as it is, binary as <c>b</c> and base64, with a record separator between two.</summary>
internal static class PollingPayload
{
    internal const byte Separator = 0x1E;

    internal static byte[] Write(List<Frame> frames, int length)
    {
        var body = GC.AllocateUninitializedArray<byte>(length);
        var at = 0;
        foreach (var frame in frames)
        {
            if (at > 0) body[at++] = Separator;
            if (frame.Opcode != Opcode.Binary)
            {
                frame.Payload.CopyTo(body.AsSpan(at));
                at += frame.Payload.Length;
                continue;
            }
            body[at++] = (byte)'b';
            Base64.EncodeToUtf8(frame.Payload, body.AsSpan(at), out _, out var written);
            at += written;
        }
        return body;
    }

    /// <summary>The bytes of a binary packet; null if it is not base64.</summary>
    internal static byte[]? ReadBinary(ReadOnlySpan<byte> base64)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        return Base64.DecodeFromUtf8(base64, bytes, out var read, out var written) == OperationStatus.Done && read == base64.Length
            ? bytes[..written]
            : null;
    }
}
