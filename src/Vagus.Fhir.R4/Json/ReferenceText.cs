using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Json;

/// <summary>
/// What the text of a reference tells: <c>Patient/1</c>, <c>Patient/1/_history/2</c>, <c>https://there/fhir/Patient/1</c>.
/// <see cref="Base"/> is what stands before the type, null for a relative reference. Type and id are null where the text tells none.
/// </summary>
public readonly record struct ReferenceText(string? Base, string? Type, string? Id)
{
    private const int LongestId = 64;

    public static ReferenceText Parse(string text)
    {
        if (TypeOf(text) is not { } type) return default;
        var path = WithoutVersion(text);
        var slash = path.LastIndexOf('/');
        var root = path[..(slash - type.Length)].TrimEnd('/');
        return new ReferenceText(root.Length == 0 ? null : root, type, path[(slash + 1)..]);
    }

    /// <summary>The type alone, without making strings.</summary>
    public static string? TypeOf(ReadOnlySpan<char> text)
    {
        var history = text.IndexOf("/_history/");
        if (history >= 0) text = text[..history];
        var slash = text.LastIndexOf('/');
        if (slash <= 0 || !IsId(text[(slash + 1)..])) return null;
        var before = text[..slash];
        var type = before[(before.LastIndexOf('/') + 1)..];
        var root = before[..^type.Length].TrimEnd('/');
        return root.Length == 0 || Absolute(root) ? TypeName(type) : null;
    }

    /// <summary>Whether the reference stays on the server with these addresses; a relative one always does.</summary>
    public bool IsLocal(OwnBases own) => Base is null || own.Contains(Base);

    /// <summary>The text without <c>/_history/…</c>.</summary>
    public static string WithoutVersion(string text)
    {
        var history = text.IndexOf("/_history/", StringComparison.Ordinal);
        return history < 0 ? text : text[..history];
    }

    /// <summary>The contained resource with this id.</summary>
    public static JsonElement? Contained(JsonElement resource, ReadOnlySpan<char> id)
    {
        if (resource.ValueKind is not JsonValueKind.Object || !resource.TryGetProperty("contained"u8, out var contained)
            || contained.ValueKind is not JsonValueKind.Array) return null;
        foreach (var candidate in contained.EnumerateArray())
        {
            if (candidate.ValueKind is JsonValueKind.Object && candidate.TryGetProperty("id"u8, out var name)
                && name.ValueKind is JsonValueKind.String && name.ValueEquals(id))
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
            ? R4Definitions.ResourceType(utf8[..length])?.Name
            : null;
    }
}
