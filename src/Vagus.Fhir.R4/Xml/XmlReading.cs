using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.R4.Xml;

/// <summary>
/// FHIR's XML as FHIR's JSON (R4 §2.6.1): the text of each value stays as it was sent, decimals and narrative too. Only the form is looked
/// at here: whether the resource is valid is for the validator of the JSON.
/// </summary>
public static class XmlReading
{
    internal const string Namespace = "http://hl7.org/fhir";
    internal const string Xhtml = "http://www.w3.org/1999/xhtml";
    private const string Schema = "http://www.w3.org/2001/XMLSchema-instance";

    // No DTD: no entities are declared, and so none expand.
    private static readonly XmlReaderSettings Strict = new()
    {
        DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true,
        IgnoreWhitespace = false, MaxCharactersFromEntities = 1024, CloseInput = false,
    };

    private static readonly JsonWriterOptions Relaxed = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 4 * FhirJson.MaxDepth,
    };

    /// <summary>The JSON of the resource. The caller bounds the bytes.</summary>
    public static Result<byte[]> ToJson(ReadOnlyMemory<byte> xml)
    {
        try
        {
            using var stream = new MemoryStream(xml.ToArray(), writable: false);
            using var reader = XmlReader.Create(stream, Strict);
            reader.MoveToContent();
            var resource = new ResourceReader(reader).ReadResource();
            while (reader.Read())
            {
            }

            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer, Relaxed)) resource.WriteTo(writer);
            return buffer.ToArray();
        }
        catch (XmlException cause)
        {
            return Refused($"The body is not XML that a resource may have (line {cause.LineNumber}).");
        }
        catch (XmlFormException cause)
        {
            return Refused(cause.Message);
        }
    }

    private static Refusal Refused(string message) => new(RefusalKind.Invalid, "structure", message);

    /// <summary>Well-formed, and no resource. Thrown through the recursion, and caught above.</summary>
    private sealed class XmlFormException(string message) : Exception(message);

    private sealed class ResourceReader(XmlReader reader)
    {
        public JsonObject ReadResource()
        {
            RequireNamespace();
            var name = reader.LocalName;
            if (R4Definitions.Type(name) is not { Kind: TypeKind.Resource, IsAbstract: false } type) throw Flaw($"{Shown(name)} is no R4 resource type");
            var resource = new JsonObject { ["resourceType"] = name };
            ReadAttributes(type, resource);
            ReadChildren(type, resource);
            return resource;
        }

        private void ReadChildren(TypeDefinition type, JsonObject target)
        {
            if (reader.Depth > FhirJson.MaxDepth) throw Flaw("It is too deep");
            if (reader.IsEmptyElement)
            {
                reader.Read();
                return;
            }

            reader.Read();
            string? last = null;
            while (!IsAtEnd())
            {
                if (reader.NodeType != XmlNodeType.Element) throw Flaw($"{type.Name} holds text");
                var name = reader.LocalName;
                // R4 §2.6.1: repeats of an element follow each other.
                if (name != last && (target.ContainsKey(name) || target.ContainsKey($"_{name}"))) throw Flaw($"{Shown(name)} stands in two places");
                if (name == last && type.Field(name)?.Element.IsArray == false) throw Flaw($"{Shown(name)} stands there twice");
                ReadElement(type, name, target);
                last = name;
            }

            reader.Read();
        }

        private void ReadElement(TypeDefinition type, string name, JsonObject target)
        {
            if (type.Field(name) is not { } field) throw Flaw($"{type.Name} has no element {Shown(name)}");
            var definition = field.Type.Definition;
            if (definition.Primitive == PrimitiveKind.Xhtml)
            {
                if (reader.NamespaceURI != Xhtml) throw Flaw("A narrative is in the namespace of XHTML");
                target[name] = reader.ReadOuterXml();
                return;
            }

            RequireNamespace();
            var (value, beside) = definition.Kind switch
            {
                TypeKind.Primitive => ReadPrimitive(definition),
                TypeKind.Resource => (ReadContained(), null),
                _ => (ReadStructure(definition), null),
            };
            Put(target, name, value, field.Element.IsArray, other: $"_{name}", isValue: true);
            if (definition.Kind == TypeKind.Primitive) Put(target, $"_{name}", beside, field.Element.IsArray, other: name, isValue: false);
        }

        /// <summary>Both properties of a list of primitives are as long as the list; one that would hold nulls only is left out.</summary>
        private static void Put(JsonObject target, string name, JsonNode? node, bool isArray, string other, bool isValue)
        {
            if (!isArray)
            {
                if (node is not null) target[name] = node;
                return;
            }

            // The value is put first, then what stands beside it: the list that is asked is then one longer.
            var count = (target[other] as JsonArray)?.Count ?? 0;
            if (!isValue) count--;
            if (node is null && target[name] is null) return;
            if (target[name] is not JsonArray list) target[name] = list = [];
            while (list.Count < count) list.Add(null);
            list.Add(node);
        }

        private (JsonNode? Value, JsonNode? Beside) ReadPrimitive(TypeDefinition type)
        {
            JsonNode? value = null;
            var beside = new JsonObject();
            for (var more = reader.MoveToFirstAttribute(); more; more = reader.MoveToNextAttribute())
            {
                if (IsForParsers()) continue;
                if (reader.LocalName == "value") value = ValueOf(type.Primitive, reader.Value);
                else if (reader.LocalName == "id") beside["id"] = reader.Value;
                else throw Flaw($"{type.Name} has no attribute {Shown(reader.LocalName)}");
            }

            reader.MoveToElement();
            ReadChildren(type, beside);
            return (value, beside.Count == 0 ? null : beside);
        }

        private JsonObject ReadStructure(TypeDefinition type)
        {
            var structure = new JsonObject();
            ReadAttributes(type, structure);
            ReadChildren(type, structure);
            return structure;
        }

        private JsonObject ReadContained()
        {
            if (reader.IsEmptyElement) throw Flaw("A resource is missing");
            reader.Read();
            SkipBlanks();
            if (reader.NodeType != XmlNodeType.Element || reader.Depth > FhirJson.MaxDepth) throw Flaw("A resource is missing");
            var resource = ReadResource();
            if (!IsAtEnd()) throw Flaw("An element holds two resources");
            reader.Read();
            return resource;
        }

        private bool IsAtEnd()
        {
            SkipBlanks();
            return reader.NodeType == XmlNodeType.EndElement;
        }

        // Blanks between elements say nothing; those within a narrative stand between its words.
        private void SkipBlanks()
        {
            while (reader.NodeType is XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace) reader.Read();
        }

        private void ReadAttributes(TypeDefinition type, JsonObject target)
        {
            for (var more = reader.MoveToFirstAttribute(); more; more = reader.MoveToNextAttribute())
            {
                if (IsForParsers()) continue;
                var isKnown = reader.LocalName == "id" ? type.Kind != TypeKind.Resource : reader.LocalName == "url" && type.Name == "Extension";
                if (!isKnown) throw Flaw($"{type.Name} has no attribute {Shown(reader.LocalName)}");
                target[reader.LocalName] = reader.Value;
            }

            reader.MoveToElement();
        }

        private bool IsForParsers() => reader.Prefix == "xmlns" || reader.Name == "xmlns" || reader.NamespaceURI == Schema;

        private void RequireNamespace()
        {
            if (reader.NamespaceURI != Namespace) throw Flaw($"{Shown(reader.LocalName)} is not in the namespace {Namespace}");
        }

        /// <summary>As it is written. What is no number stays a text, which the validator refuses with its place.</summary>
        private static JsonNode ValueOf(PrimitiveKind kind, string text)
        {
            switch (kind)
            {
                case PrimitiveKind.Boolean when text is "true" or "false":
                    return JsonValue.Create(text == "true");
                case PrimitiveKind.Decimal or PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt:
                    var number = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
                    return IsNumber(text) && JsonElement.TryParseValue(ref number, out var parsed)
                        && parsed is { ValueKind: JsonValueKind.Number } read && read.GetRawText() == text
                        ? JsonValue.Create(read)! : JsonValue.Create(text);
                default:
                    return JsonValue.Create(text);
            }
        }

        private static bool IsNumber(string text) =>
            text.Length is > 0 and < 1000 && text.All(letter => char.IsAsciiDigit(letter) || letter is '-' or '+' or '.' or 'e' or 'E')
            && char.IsAsciiDigit(text[^1]) && (char.IsAsciiDigit(text[0]) || text[0] == '-');

        private XmlFormException Flaw(string what) =>
            new(reader is IXmlLineInfo line && line.HasLineInfo() ? $"{what} (line {line.LineNumber})." : $"{what}.");

        private static string Shown(string name) => new([.. name.Take(64).Where(char.IsAsciiLetterOrDigit)]);
    }
}
