using System.Text.Json;
using Vagus.Fhir.Definitions;

namespace Vagus.Fhir.Indexing;

/// <summary>
/// What the text of a reference tells: <c>Patient/1</c>, <c>Patient/1/_history/2</c>, <c>https://there/fhir/Patient/1</c>.
/// <see cref="Base"/> is what stands before the type, null for a relative reference. Type and id are null where the text tells none.
/// </summary>
public readonly record struct ReferenceText(string? Base, string? Type, string? Id)
{
    private const int LongestId = 64;

    public static ReferenceText Parse(string text)
    {
        var path = text.AsSpan();
        var history = path.IndexOf("/_history/");
        if (history >= 0) path = path[..history];
        var slash = path.LastIndexOf('/');
        if (slash <= 0 || !IsId(path[(slash + 1)..])) return default;
        var before = path[..slash];
        var type = before[(before.LastIndexOf('/') + 1)..];
        if (TypeName(type) is not { } name) return default;
        var root = before[..^type.Length].TrimEnd('/');
        return root.Length == 0 || Absolute(root)
            ? new ReferenceText(root.Length == 0 ? null : root.ToString(), name, path[(slash + 1)..].ToString())
            : default;
    }

    /// <summary>The contained resource with this id.</summary>
    public static JsonElement? Contained(JsonElement resource, ReadOnlySpan<char> id)
    {
        if (resource.ValueKind is not JsonValueKind.Object || !resource.TryGetProperty("contained"u8, out var contained) || contained.ValueKind is not JsonValueKind.Array) return null;
        foreach (var candidate in contained.EnumerateArray())
        {
            if (candidate.ValueKind is JsonValueKind.Object && candidate.TryGetProperty("id"u8, out var name) && name.ValueKind is JsonValueKind.String && name.ValueEquals(id))
            {
                return candidate;
            }
        }

        return null;
    }

    public static bool IsId(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > LongestId) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.')) return false;
        }

        return true;
    }

    private static bool Absolute(ReadOnlySpan<char> root) => root.StartsWith("http://") || root.StartsWith("https://");

    // The interned name of the type: index rows of a thousand references share one string.
    private static string? TypeName(ReadOnlySpan<char> name)
    {
        Span<byte> utf8 = stackalloc byte[64];
        return name.Length is > 0 and <= 64 && System.Text.Encoding.UTF8.TryGetBytes(name, utf8, out var length)
            ? R4.ResourceType(utf8[..length])?.Name
            : null;
    }
}
