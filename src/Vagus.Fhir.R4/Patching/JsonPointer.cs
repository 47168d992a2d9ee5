using System.Globalization;
using System.Text.Json.Nodes;

namespace Vagus.Fhir.R4.Patching;

/// <summary>A place in a JSON document (RFC 6901).</summary>
internal sealed record JsonPointer(IReadOnlyList<string> Tokens)
{
    public bool IsRoot => Tokens.Count == 0;

    public string Last => Tokens[^1];

    /// <summary>Null for what is no pointer.</summary>
    public static JsonPointer? Parse(string text)
    {
        if (text.Length == 0) return new JsonPointer([]);
        if (text[0] != '/') return null;
        var tokens = text[1..].Split('/');
        for (var at = 0; at < tokens.Length; at++)
        {
            var plain = tokens[at].Replace("~0", "", StringComparison.Ordinal).Replace("~1", "", StringComparison.Ordinal);
            if (plain.Contains('~', StringComparison.Ordinal)) return null;
            // In this order: "~01" is "~1" and no slash.
            tokens[at] = tokens[at].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        }

        return new JsonPointer(tokens);
    }

    public bool IsProperPrefixOf(JsonPointer other) =>
        Tokens.Count < other.Tokens.Count && Tokens.SequenceEqual(other.Tokens.Take(Tokens.Count), StringComparer.Ordinal);

    /// <summary>The value at the place. False where there is none; a value may be null.</summary>
    public bool TryFind(JsonNode? root, out JsonNode? found)
    {
        found = root;
        foreach (var token in Tokens)
        {
            if (!TryStep(found, token, out found)) return false;
        }

        return true;
    }

    /// <summary>The object or array that holds the place; null where there is none.</summary>
    public JsonNode? ContainerIn(JsonNode? root) =>
        new JsonPointer([.. Tokens.SkipLast(1)]).TryFind(root, out var found) && found is JsonObject or JsonArray ? found : null;

    /// <summary>An index of RFC 6901: digits without a leading zero.</summary>
    public static int? IndexOf(string token) =>
        (token.Length == 1 || (token.Length > 1 && token[0] != '0'))
            && int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;

    private static bool TryStep(JsonNode? from, string token, out JsonNode? found)
    {
        found = null;
        if (from is JsonObject container) return container.TryGetPropertyValue(token, out found);
        if (from is not JsonArray array || IndexOf(token) is not { } index || index >= array.Count) return false;
        found = array[index];
        return true;
    }
}
