using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Vagus.Realtime.Gateways;

/// <summary>JSON as it goes out on both gateways.</summary>
internal static class WireJson
{
    // The reader is a JSON parser, not a page: text stays as it is.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One JSON object.</summary>
    /// <param name="size">About how many bytes it has.</param>
    /// <param name="fields">Writes its fields.</param>
    public static byte[] Write(int size, Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(size);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
