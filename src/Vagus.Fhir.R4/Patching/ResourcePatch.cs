using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.R4.Patching;

/// <summary>
/// A change of a resource that was read from its own document: JSON Patch or FHIRPath Patch. What it makes is not validated here.
/// </summary>
public abstract class ResourcePatch
{
    /// <summary>Bytes of the document that a patch makes, or copies and moves on its way.</summary>
    public const int MostBytes = 16 * 1024 * 1024;

    private static readonly JsonWriterOptions Relaxed = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = FhirJson.MaxDepth * 2,
    };

    /// <summary>The document as it is after all operations; it is not changed itself. A refusal where one of them cannot be done.</summary>
    public Result<byte[]> Apply(ReadOnlySpan<byte> document)
    {
        var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = FhirJson.MaxDepth });
        var changed = Change(NodeOf(JsonElement.ParseValue(ref reader)));
        if (changed.Refusal is { } refusal) return refusal;
        var bytes = Write(changed.Value.Node);
        return bytes.Length > MostBytes ? PatchRefusals.TooLarge : bytes;
    }

    private protected abstract Result<Patched> Change(JsonNode? document);

    internal static JsonNode? NodeOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.Object => JsonObject.Create(element),
        JsonValueKind.Array => JsonArray.Create(element),
        _ => JsonValue.Create(element),
    };

    internal static byte[] Write(JsonNode? node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
        {
            if (node is null) writer.WriteNullValue();
            else node.WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A document; null is JSON's null.</summary>
    private protected readonly record struct Patched(JsonNode? Node);
}
