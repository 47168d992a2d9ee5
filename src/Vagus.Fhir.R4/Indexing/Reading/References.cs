using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Indexing.Reading;

/// <summary>What reference parameters find: references, canonicals, and URIs that stand where a reference may.</summary>
internal static class References
{
    public static void Read(JsonElement element, TypeDefinition type, int parameter, Reader reader)
    {
        if (element.ValueKind is JsonValueKind.String)
        {
            if (element.GetString() is { Length: > 0 } text) ReadCanonical(text, parameter, reader);
        }
        else if (element.ValueKind is JsonValueKind.Object && type.Name == "Reference")
        {
            ReadReference(element, parameter, reader);
        }
    }

    private static void ReadReference(JsonElement element, int parameter, Reader reader)
    {
        if (Elements.Text(element, "reference"u8) is { } text && text[0] != '#')
        {
            reader.Values.Add(Of(text, element, parameter, reader.Own));
        }

        if (element.TryGetProperty("identifier"u8, out var identifier) && identifier.ValueKind is JsonValueKind.Object)
        {
            Tokens.Add(identifier, "system"u8, "value"u8, parameter, reader.Values);
        }
    }

    private static ReferenceValue Of(string text, JsonElement element, int parameter, OwnBases own)
    {
        var parsed = ReferenceText.Parse(text);
        if (parsed.Id is not null && parsed.IsLocal(own)) return new ReferenceValue(parameter, parsed.Type, parsed.Id, Url: null);
        var type = parsed.Type ?? (Elements.Text(element, "type"u8) is { } named && R4Definitions.IsResourceType(named) ? named : null);
        return new ReferenceValue(parameter, type, Id: null, ReferenceText.WithoutVersion(text));
    }

    // A canonical of this server may also be asked for by type and id.
    private static void ReadCanonical(string text, int parameter, Reader reader)
    {
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        var url = bar > 0 ? text[..bar] : text;
        var parsed = ReferenceText.Parse(url);
        var isLocal = parsed.Id is not null && parsed.IsLocal(reader.Own);
        if (isLocal) reader.Values.Add(new ReferenceValue(parameter, parsed.Type, parsed.Id, Url: null));
        reader.Values.Add(new ReferenceValue(parameter, Type: null, Id: null, url));
        if (bar > 0) reader.Values.Add(new ReferenceValue(parameter, Type: null, Id: null, text));
    }
}
