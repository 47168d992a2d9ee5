using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Vagus.Fhir.R4.Json;

/// <summary>JSON for people: indented, the text of its numbers as it is.</summary>
public static class PrettyJson
{
    private static readonly JsonWriterOptions Indented = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, MaxDepth = 256,
    };

    public static byte[] Of(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 256 });
        var buffer = new ArrayBufferWriter<byte>(json.Length * 2);
        using (var writer = new Utf8JsonWriter(buffer, Indented)) JsonElement.ParseValue(ref reader).WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
