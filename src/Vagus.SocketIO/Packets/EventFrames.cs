using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vagus.SocketIO.Delivery;

namespace Vagus.SocketIO.Packets;

/// <summary>Builds the frames of a packet: one of text, then one for each attachment.</summary>
internal static class EventFrames
{
    internal static Frame[] Build(EncodedEvent occurrence, long? ack)
    {
        var text = new ArrayBufferWriter<byte>(64 + occurrence.ArgumentsJson.Length);
        WriteHead(text, PacketType.Event, occurrence.Attachments.Length, occurrence.Namespace, ack);
        text.Write("["u8);
        WriteText(text, occurrence.Name);
        Append(text, occurrence.ArgumentsJson.Span);
        // Only an event that waits for no acknowledgement moves the client's offset.
        if (ack is null && occurrence.Offset is { } offset)
        {
            text.Write(","u8);
            WriteText(text, offset.Text);
        }
        else if (ack is null && occurrence.WithoutOffsetMark)
        {
            text.Write(",null"u8);
        }
        text.Write("]"u8);
        return Frames(text, occurrence.Attachments);
    }

    internal static Frame[] BuildAck(string @namespace, long ack, ReadOnlySpan<byte> argumentsJson, byte[][] attachments)
    {
        var text = new ArrayBufferWriter<byte>(64 + argumentsJson.Length);
        WriteHead(text, PacketType.Ack, attachments.Length, @namespace, ack);
        text.Write("["u8);
        text.Write(argumentsJson);
        text.Write("]"u8);
        return Frames(text, attachments);
    }

    internal static void WriteHead(ArrayBufferWriter<byte> text, PacketType type, int attachments, string @namespace, long? ack)
    {
        if (attachments > 0)
        {
            // The binary form of a type is three further on.
            WriteNumber(text, (byte)type + 3);
            WriteNumber(text, attachments);
            text.Write("-"u8);
        }
        else
        {
            WriteNumber(text, (byte)type);
        }
        if (@namespace != "/")
        {
            text.Write(Encoding.UTF8.GetBytes(@namespace));
            text.Write(","u8);
        }
        if (ack is { } id) WriteNumber(text, id);
    }

    private static void Append(ArrayBufferWriter<byte> text, ReadOnlySpan<byte> json)
    {
        if (json.Length == 0) return;

        text.Write(","u8);
        text.Write(json);
    }

    private static void WriteText(ArrayBufferWriter<byte> text, string value)
    {
        text.Write("\""u8);
        text.Write(JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        text.Write("\""u8);
    }

    private static void WriteNumber(ArrayBufferWriter<byte> text, long number)
    {
        number.TryFormat(text.GetSpan(20), out var written, default, CultureInfo.InvariantCulture);
        text.Advance(written);
    }

    private static Frame[] Frames(ArrayBufferWriter<byte> text, byte[][] attachments)
    {
        var frames = new Frame[1 + attachments.Length];
        frames[0] = Frame.Message(text.WrittenSpan);
        for (var i = 0; i < attachments.Length; i++) frames[i + 1] = Frame.BinaryMessage(attachments[i]);
        return frames;
    }
}
