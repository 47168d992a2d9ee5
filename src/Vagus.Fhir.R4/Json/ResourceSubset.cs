using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Json;

/// <summary>Which elements of a resource a client asks for (R4 §3.1.1.5.8, §3.1.1.5.9).</summary>
public enum SummaryKind
{
    /// <summary>Those that the definitions mark as a part of the summary, with what must be there and what changes the meaning.</summary>
    True,

    /// <summary>The narrative, with what must be there.</summary>
    Text,

    /// <summary>All but the narrative.</summary>
    Data,

    /// <summary>Elements that the client names, with what must be there and what changes the meaning.</summary>
    Elements,
}

/// <summary>
/// A part of a resource, tagged as SUBSETTED: of reads and of searches alike. The text of what is in it stays as it is stored.
/// </summary>
/// <param name="Kind">The rule.</param>
/// <param name="Elements">The names of <c>_elements</c>; a name may begin with a type and a dot.</param>
public sealed record ResourceSubset(SummaryKind Kind, IReadOnlyCollection<string> Elements)
{
    private static readonly string[] Always = ["id", "meta", "resourceType"];
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };

    public byte[] Of(ReadOnlySpan<byte> resource)
    {
        var root = StoredBody.Read(resource);
        var type = R4Definitions.Type(PropertyText.Of(root, "resourceType"u8) ?? "");
        var buffer = new ArrayBufferWriter<byte>(resource.Length);
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
        {
            writer.WriteStartObject();
            var tagged = false;
            foreach (var property in root.EnumerateObject())
            {
                if (property.NameEquals("meta"u8))
                {
                    WriteMeta(writer, property.Value);
                    tagged = true;
                }
                else if (type is not null && Takes(type, property.Name))
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value, type.Field(property.Name)?.Type.Definition);
                }
            }

            if (!tagged) WriteMeta(writer, default);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private bool Takes(TypeDefinition type, string property)
    {
        // The extensions of a primitive go with it.
        var name = property.TrimStart('_');
        if (Always.Contains(name, StringComparer.Ordinal)) return true;
        if (type.Field(name)?.Element is not { } element) return false;
        return Kind switch
        {
            SummaryKind.True => element.IsSummary || element.Min > 0 || element.IsModifier,
            SummaryKind.Text => element.Name == "text" || element.Min > 0,
            SummaryKind.Data => element.Name != "text",
            _ => element.Min > 0 || element.IsModifier || Elements.Contains(element.Name) || Elements.Contains($"{type.Name}.{element.Name}"),
        };
    }

    // Only a summary leaves elements out of elements.
    private void Write(Utf8JsonWriter writer, JsonElement value, TypeDefinition? type)
    {
        if (Kind != SummaryKind.True || type is not { Kind: TypeKind.Backbone })
        {
            writer.WriteRawValue(value.GetRawText(), skipInputValidation: true);
            return;
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var item in value.EnumerateArray()) Write(writer, item, type);
            writer.WriteEndArray();
            return;
        }

        writer.WriteStartObject();
        foreach (var property in value.EnumerateObject().Where(each => Takes(type, each.Name)))
        {
            writer.WritePropertyName(property.Name);
            Write(writer, property.Value, type.Field(property.Name)?.Type.Definition);
        }

        writer.WriteEndObject();
    }

    /// <summary>The meta of a resource, or a new one, with the tag that says so.</summary>
    private static void WriteMeta(Utf8JsonWriter writer, JsonElement meta)
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
