using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Vagus.SocketIO.Packets;

/// <summary>Turns arguments into JSON and attachments.</summary>
internal sealed class EventEncoder(string @namespace, SocketIOOptions options)
{
    private readonly bool _marksOffsets = options.Recovery is not null;

    internal EncodedEvent Encode(string name, ReadOnlySpan<object?> arguments)
    {
        if (EventNames.IsReserved(name)) throw new ArgumentException($"'{name}' is reserved.", nameof(name));

        var (json, attachments) = Encode(arguments, options.Json);
        return new EncodedEvent(@namespace, name, json, attachments);
    }

    /// <summary>
    /// An event that is not in the history. If its last argument is a string, a client with recovery would take that for an
    /// offset, so something that is not a string follows.
    /// </summary>
    internal EncodedEvent WithoutOffset(EncodedEvent occurrence)
    {
        if (!_marksOffsets || occurrence.Offset is not null || occurrence.ArgumentsJson.Span is not [.., (byte)'"']) return occurrence;

        return occurrence.Marked ??= new EncodedEvent(@namespace, occurrence.Name, occurrence.ArgumentsJson, occurrence.Attachments)
        {
            WithoutOffsetMark = true,
        };
    }

    internal static (byte[] Json, byte[][] Attachments) Encode(ReadOnlySpan<object?> arguments, JsonSerializerOptions options)
    {
        if (arguments.Length == 0) return ([], []);

        var buffer = new ArrayBufferWriter<byte>(256);
        var attachments = new List<byte[]>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = options.Encoder ?? JavaScriptEncoder.Default }))
        {
            json.WriteStartArray();
            foreach (var argument in arguments) Attached.Write(json, argument, options, attachments);
            json.WriteEndArray();
        }
        return (buffer.WrittenSpan[1..^1].ToArray(), [.. attachments]);
    }
}
