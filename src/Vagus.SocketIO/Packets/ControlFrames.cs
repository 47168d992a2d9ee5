using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vagus.SocketIO.Delivery;

namespace Vagus.SocketIO.Packets;

/// <summary>The packets that are not events.</summary>
internal static class ControlFrames
{
    internal static Frame Connected(string @namespace, string sid, string? pid)
    {
        var text = Head(PacketType.Connect, @namespace);
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("sid"u8, sid);
            if (pid is not null) json.WriteString("pid"u8, pid);
            json.WriteEndObject();
        }
        return Frame.Message(text.WrittenSpan);
    }

    internal static Frame Refused(string @namespace, ConnectRefusal refusal, JsonSerializerOptions options)
    {
        var text = Head(PacketType.ConnectError, @namespace);
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("message"u8, refusal.Message);
            if (refusal.Data is { } data)
            {
                json.WritePropertyName("data"u8);
                JsonSerializer.Serialize(json, data, data.GetType(), options);
            }
            json.WriteEndObject();
        }
        return Frame.Message(text.WrittenSpan);
    }

    internal static Frame Disconnect(string @namespace) => Frame.Message(Head(PacketType.Disconnect, @namespace).WrittenSpan);

    private static ArrayBufferWriter<byte> Head(PacketType type, string @namespace)
    {
        var text = new ArrayBufferWriter<byte>(64);
        EventFrames.WriteHead(text, type, attachments: 0, @namespace, ack: null);
        return text;
    }
}
