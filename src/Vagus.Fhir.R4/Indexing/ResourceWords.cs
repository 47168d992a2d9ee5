using System.Text;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Indexing;

/// <summary>
/// The words of a resource, for <c>_text</c> and <c>_content</c>: of its narrative, and of all that people read in it (narratives, and
/// elements of type string and markdown). Codes, addresses, ids and contents are no words; nor is the payload of a Communication, which is
/// encrypted.
/// </summary>
public sealed class ResourceWords
{
    /// <summary>Of one resource and each of the two. What comes after them is not found.</summary>
    public const int Most = 2_000;
    private const string Communication = "Communication";
    private readonly HashSet<string> text = new(StringComparer.Ordinal);
    private readonly HashSet<string> content = new(StringComparer.Ordinal);

    private ResourceWords()
    {
    }

    /// <summary>Of the narrative.</summary>
    public IReadOnlyCollection<string> Text => text;

    /// <summary>Of the whole resource.</summary>
    public IReadOnlyCollection<string> Content => content;

    public static ResourceWords Of(JsonElement resource)
    {
        var words = new ResourceWords();
        words.ReadResource(resource, isOuter: true);
        return words;
    }

    /// <summary>The words of a text as they are compared: without case and diacritics, of letters and digits, 40 at most of each.</summary>
    public static IEnumerable<string> In(string text)
    {
        var start = -1;
        var normalized = SearchText.Normalize(text);
        for (var at = 0; at <= normalized.Length; at++)
        {
            if (at < normalized.Length && char.IsLetterOrDigit(normalized[at]))
            {
                if (start < 0) start = at;
                continue;
            }

            if (start < 0) continue;
            yield return SearchText.Cut(normalized[start..at], LongestWord);
            start = -1;
        }
    }

    public const int LongestWord = 40;

    private void ReadResource(JsonElement resource, bool isOuter)
    {
        if (resource.ValueKind != JsonValueKind.Object || !resource.TryGetProperty("resourceType"u8, out var named)) return;
        if (R4Definitions.Type(named.GetString() ?? "") is not { } type) return;
        foreach (var property in resource.EnumerateObject())
        {
            if (property.NameEquals("payload"u8) && type.Name == Communication) continue;
            if (isOuter && property.NameEquals("text"u8)) ReadNarrative(property.Value);
            if (type.Field(property.Name) is { } field) Read(property.Value, field.Type.Definition);
        }
    }

    private void ReadNarrative(JsonElement narrative)
    {
        if (narrative.ValueKind == JsonValueKind.Object && narrative.TryGetProperty("div"u8, out var div) && div.GetString() is { } xhtml)
            Add(text, WithoutTags(xhtml));
    }

    private void Read(JsonElement value, TypeDefinition type)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray()) Read(item, type);
                break;
            case JsonValueKind.Object when type.Kind == TypeKind.Resource:
                ReadResource(value, isOuter: false);
                break;
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    // The text of a reference is an address.
                    if (type.Name == "Reference" && property.NameEquals("reference"u8)) continue;
                    if (type.Field(property.Name) is { } field) Read(property.Value, field.Type.Definition);
                }

                break;
            case JsonValueKind.String when type.Primitive is PrimitiveKind.Xhtml:
                Add(content, WithoutTags(value.GetString() ?? ""));
                break;
            case JsonValueKind.String when type.Primitive is PrimitiveKind.String or PrimitiveKind.Markdown:
                Add(content, value.GetString() ?? "");
                break;
        }
    }

    private static void Add(HashSet<string> words, string text)
    {
        foreach (var word in In(text))
        {
            if (words.Count >= Most) return;
            words.Add(word);
        }
    }

    // A tag parts words; the few entities that XHTML has are no letters but for rare ones, which part words, too.
    private static string WithoutTags(string xhtml)
    {
        var plain = new StringBuilder(xhtml.Length);
        var inTag = false;
        foreach (var letter in xhtml)
        {
            if (letter == '<') inTag = true;
            plain.Append(inTag ? ' ' : letter);
            if (letter == '>') inTag = false;
        }

        return plain.ToString();
    }
}
