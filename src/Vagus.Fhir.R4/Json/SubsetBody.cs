using System.Buffers;
using System.Text.Json;

namespace Vagus.Fhir.R4.Json;

/// <summary>A resource with some of its elements, marked as such (R4 §3.1.1.5.8): meta says <c>SUBSETTED</c>.</summary>
public static class SubsetBody
{
    private static readonly string[] Always = ["resourceType", "id", "meta"];

    /// <param name="body">The resource as it is stored.</param>
    /// <param name="keeps">Whether an element of the resource, by its JSON name, is kept.</param>
    public static byte[] Write(ReadOnlyMemory<byte> body, Func<string, bool> keeps)
    {
        using var document = JsonDocument.Parse(body);
        var buffer = new ArrayBufferWriter<byte>(body.Length);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            var hasMeta = false;
            foreach (var property in document.RootElement.EnumerateObject())
            {
                // The extensions of a primitive go with it.
                var name = property.Name.StartsWith('_') ? property.Name[1..] : property.Name;
                if (!Always.Contains(name) && !keeps(name)) continue;
                if (property.Name == "meta")
                {
                    hasMeta = true;
                    WriteMeta(writer, property.Value);
                    continue;
                }

                writer.WritePropertyName(property.Name);
                writer.WriteRawValue(property.Value.GetRawText(), skipInputValidation: true);
            }

            if (!hasMeta) WriteMeta(writer, default);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The meta of a resource, or a new one, with the tag that says so.</summary>
    internal static void WriteMeta(Utf8JsonWriter writer, JsonElement meta)
    {
        writer.WriteStartObject("meta"u8);
        var tags = default(JsonElement);
        if (meta.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in meta.EnumerateObject())
            {
                if (property.Name == "tag") tags = property.Value;
                else property.WriteTo(writer);
            }
        }

        writer.WriteStartArray("tag"u8);
        if (tags.ValueKind == JsonValueKind.Array)
            foreach (var tag in tags.EnumerateArray()) tag.WriteTo(writer);
        writer.WriteStartObject();
        writer.WriteString("system"u8, "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"u8);
        writer.WriteString("code"u8, "SUBSETTED"u8);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
