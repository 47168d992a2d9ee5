using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Vagus.Clinic.Signatures;

/// <summary>
/// The bytes of a resource that a signature is of (FHIR R4 json.html, canonicalization <c>#static</c>): without white space, members in the
/// order of their names, without <c>meta</c> and <c>text</c> of the resource itself. Strings are written as RFC 8785 writes them; numbers
/// stay as they stand, since their digits tell a precision. Pure.
/// </summary>
internal static class CanonicalJson
{
    public const string Method = "http://hl7.org/fhir/canonicalization/json#static";

    /// <summary>A Bundle of these resources, each under its versioned reference: what one signature is of.</summary>
    public static byte[] OfBundle(IEnumerable<(string Reference, JsonElement Resource)> signed)
    {
        var text = new StringBuilder("{\"entry\":[");
        var isFirst = true;
        foreach (var (reference, resource) in signed)
        {
            if (!isFirst) text.Append(',');
            isFirst = false;
            text.Append("{\"fullUrl\":");
            Write(text, reference);
            text.Append(",\"resource\":");
            WriteObject(text, resource, isResource: true);
            text.Append('}');
        }

        text.Append("],\"resourceType\":\"Bundle\",\"type\":\"collection\"}");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(text, value, isResource: false);
                break;
            case JsonValueKind.Array:
                WriteArray(text, value);
                break;
            case JsonValueKind.String:
                Write(text, value.GetString() ?? "");
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void WriteObject(StringBuilder text, JsonElement value, bool isResource)
    {
        text.Append('{');
        var isFirst = true;
        foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            if (isResource && member.Name is "meta" or "text") continue;
            if (!isFirst) text.Append(',');
            isFirst = false;
            Write(text, member.Name);
            text.Append(':');
            Write(text, member.Value);
        }

        text.Append('}');
    }

    private static void WriteArray(StringBuilder text, JsonElement list)
    {
        text.Append('[');
        var isFirst = true;
        foreach (var item in list.EnumerateArray())
        {
            if (!isFirst) text.Append(',');
            isFirst = false;
            Write(text, item);
        }

        text.Append(']');
    }

    /// <summary>RFC 8785 §3.2.2.2: only what must be escaped is.</summary>
    private static void Write(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var letter in value)
        {
            text.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => @"\\",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => letter.ToString(),
            });
        }

        text.Append('"');
    }
}
