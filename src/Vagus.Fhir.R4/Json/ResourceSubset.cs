using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Json;

/// <summary>Which elements of a resource a client asks for (R4 §3.1.1.4.5, §3.1.1.4.6).</summary>
public enum SummaryKind
{
    /// <summary>Those that the definitions mark as a part of the summary.</summary>
    True,

    /// <summary>The narrative, with what must be there.</summary>
    Text,

    /// <summary>All but the narrative.</summary>
    Data,

    /// <summary>Elements that the client names, with what must be there.</summary>
    Elements,
}

/// <summary>A part of a resource, tagged as SUBSETTED. The text of what is in it stays as it is stored.</summary>
public sealed record ResourceSubset(SummaryKind Kind, IReadOnlyCollection<string> Elements)
{
    private static readonly string[] Always = ["id", "meta"];
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
                    SubsetBody.WriteMeta(writer, property.Value);
                    tagged = true;
                }
                else if (property.NameEquals("resourceType"u8) || (type is not null && Takes(type, property.Name)))
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value, type?.Field(property.Name)?.Type.Definition);
                }
            }

            if (!tagged) SubsetBody.WriteMeta(writer, default);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private bool Takes(TypeDefinition type, string property)
    {
        var name = property.TrimStart('_');
        if (Always.Contains(name, StringComparer.Ordinal)) return true;
        if (type.Field(name)?.Element is not { } element) return false;
        return Kind switch
        {
            SummaryKind.True => element.IsSummary,
            SummaryKind.Text => element.Name == "text" || element.Min > 0,
            SummaryKind.Data => element.Name != "text",
            _ => element.Min > 0 || element.IsModifier || Elements.Contains(element.Name),
        };
    }

    // Only a summary leaves elements out of elements.
    private void Write(Utf8JsonWriter writer, JsonElement value, TypeDefinition? type)
    {
        if (Kind != SummaryKind.True || type is not { Kind: TypeKind.Backbone })
        {
            value.WriteTo(writer);
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
}
