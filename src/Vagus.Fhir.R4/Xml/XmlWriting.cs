using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Xml;

/// <summary>FHIR's JSON as FHIR's XML (R4 §2.6.1): elements in the specification's order, each value as it is stored.</summary>
public static partial class XmlWriting
{
    private static readonly XmlReaderSettings Narrative = new()
    {
        DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersFromEntities = 1024,
    };

    /// <summary>The resource must have passed the validator, or be the server's own.</summary>
    public static byte[] ToXml(ReadOnlySpan<byte> json, bool indented)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 256 });
        var resource = JsonElement.ParseValue(ref reader);
        using var stream = new MemoryStream();
        var settings = new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            Indent = indented,
            NewLineHandling = NewLineHandling.Entitize,
        };
        using (var writer = XmlWriter.Create(stream, settings)) WriteResource(writer, resource);
        return stream.ToArray();
    }

    private static void WriteResource(XmlWriter writer, JsonElement resource)
    {
        var name = resource.GetProperty("resourceType"u8).GetString() ?? "";
        if (R4Definitions.Type(name) is not { } type) return;
        writer.WriteStartElement(name, XmlReading.Namespace);
        WriteElements(writer, type, resource);
        writer.WriteEndElement();
    }

    private static void WriteStructure(XmlWriter writer, string name, TypeDefinition type, JsonElement structure)
    {
        writer.WriteStartElement(name, XmlReading.Namespace);
        WriteAttribute(writer, "id", structure);
        if (type.Name == "Extension") WriteAttribute(writer, "url", structure);
        WriteElements(writer, type, structure);
        writer.WriteEndElement();
    }

    private static void WriteElements(XmlWriter writer, TypeDefinition type, JsonElement container)
    {
        foreach (var element in type.Elements)
        {
            if (IsAttribute(type, element.Name)) continue;
            foreach (var field in element.Fields)
            {
                var hasValue = container.TryGetProperty(field.Name, out var value);
                var hasBeside = container.TryGetProperty($"_{field.Name}", out var beside);
                if (!hasValue && !hasBeside) continue;
                var count = Math.Max(CountOf(value), CountOf(beside));
                for (var index = 0; index < count; index++) Write(writer, field, ItemOf(value, index), ItemOf(beside, index));
            }
        }
    }

    private static void Write(XmlWriter writer, JsonField field, JsonElement value, JsonElement beside)
    {
        var type = field.Type.Definition;
        if (type.Primitive == PrimitiveKind.Xhtml) WriteNarrative(writer, value.GetString() ?? "");
        else if (type.Kind == TypeKind.Primitive) WritePrimitive(writer, field.Name, type, value, beside);
        else if (type.Kind != TypeKind.Resource) WriteStructure(writer, field.Name, type, value);
        else
        {
            writer.WriteStartElement(field.Name, XmlReading.Namespace);
            WriteResource(writer, value);
            writer.WriteEndElement();
        }
    }

    private static void WritePrimitive(XmlWriter writer, string name, TypeDefinition type, JsonElement value, JsonElement beside)
    {
        writer.WriteStartElement(name, XmlReading.Namespace);
        if (beside.ValueKind == JsonValueKind.Object) WriteAttribute(writer, "id", beside);
        if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            var text = value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : value.GetRawText();
            writer.WriteAttributeString("value", Writable(text));
        }

        if (beside.ValueKind == JsonValueKind.Object) WriteElements(writer, type, beside);
        writer.WriteEndElement();
    }

    private static void WriteNarrative(XmlWriter writer, string div)
    {
        div = NamedEntity().Replace(div, Numbered);
        if (IsXhtml(div)) writer.WriteRaw(div);
        // Stored before narratives were validated: its text, which is shown and not acted on.
        else writer.WriteElementString("div", XmlReading.Xhtml, Writable(div));
    }

    /// <summary>XML without a document type has five named entities; HTML's others are written by their number (R4 §2.4.3).</summary>
    private static string Numbered(Match entity)
    {
        if (entity.ValueSpan is "&amp;" or "&lt;" or "&gt;" or "&quot;" or "&apos;") return entity.Value;
        var decoded = WebUtility.HtmlDecode(entity.Value);
        if (decoded == entity.Value) return decoded;
        return string.Concat(decoded.EnumerateRunes().Select(rune => string.Create(CultureInfo.InvariantCulture, $"&#{rune.Value};")));
    }

    [GeneratedRegex("&[A-Za-z][A-Za-z0-9]{0,31};", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamedEntity();

    private static bool IsXhtml(string div)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(div), Narrative);
            reader.MoveToContent();
            var (name, space) = (reader.LocalName, reader.NamespaceURI);
            while (reader.Read())
            {
            }

            return name == "div" && space == XmlReading.Xhtml && div.StartsWith("<div", StringComparison.Ordinal);
        }
        catch (XmlException)
        {
            return false;
        }
    }

    private static void WriteAttribute(XmlWriter writer, string name, JsonElement container)
    {
        if (container.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
            writer.WriteAttributeString(name, Writable(value.GetString() ?? ""));
    }

    private static bool IsAttribute(TypeDefinition type, string element) =>
        (element == "id" && type.Kind != TypeKind.Resource) || (element == "url" && type.Name == "Extension");

    private static int CountOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => 0,
        JsonValueKind.Array => value.GetArrayLength(),
        _ => 1,
    };

    private static JsonElement ItemOf(JsonElement value, int index)
    {
        if (value.ValueKind != JsonValueKind.Array) return index == 0 ? value : default;
        return index < value.GetArrayLength() ? value[index] : default;
    }

    // XML 1.0 has no way to write most control characters.
    private static string Writable(string text)
    {
        try
        {
            return XmlConvert.VerifyXmlChars(text);
        }
        catch (XmlException)
        {
            return new string([.. text.Select(letter => XmlConvert.IsXmlChar(letter) || char.IsSurrogate(letter) ? letter : '\uFFFD')]);
        }
    }
}
