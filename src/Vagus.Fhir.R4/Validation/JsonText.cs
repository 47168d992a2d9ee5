using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Vagus.Fhir.R4.Validation;

/// <summary>The text of a JSON string as UTF-8, where it lies if it has no escapes, else decoded.</summary>
internal static class JsonText
{
    /// <summary>As written between the quotes. The element must be a string.</summary>
    public static ReadOnlySpan<byte> Raw(JsonElement text) => JsonMarshal.GetRawUtf8Value(text)[1..^1];

    public static ReadOnlySpan<byte> Decoded(JsonElement text)
    {
        var raw = Raw(text);
        return raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(text.GetString() ?? "") : raw;
    }
}
