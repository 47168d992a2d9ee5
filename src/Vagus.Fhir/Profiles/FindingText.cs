using System.Text;
using System.Text.Json;

namespace Vagus.Fhir.Profiles;

/// <summary>
/// The text of a finding of the validator, without the values of the resource: a quoted one is left out. Addresses of definitions
/// (<c>system</c>, <c>profile</c>, the <c>url</c> of an extension) stay.
/// </summary>
internal sealed class FindingText
{
    private const int Longest = 500;

    // A value may hold quotes itself: each pair of quotes is looked at.
    private const int MostQuotes = 64;
    private const string Unshown = "The finding quotes too much of the resource to be shown.";

    private readonly HashSet<string> values = new(StringComparer.Ordinal);

    public FindingText(string json)
    {
        using var document = JsonDocument.Parse(json);
        Collect(document.RootElement, ofExtension: false);
    }

    public string Of(string text)
    {
        List<int> quotes = [.. Enumerable.Range(0, text.Length).Where(at => text[at] is '\'' or '"')];
        if (quotes.Count > MostQuotes) return Unshown;
        var shown = new StringBuilder(text.Length);
        var at = 0;
        foreach (var quote in quotes)
        {
            if (quote < at) continue;
            var end = quotes.FindLastIndex(other => other > quote && values.Contains(text[(quote + 1)..other]));
            if (end < 0) continue;
            shown.Append(text, at, quote - at).Append("'…'");
            at = quotes[end] + 1;
        }

        shown.Append(text, at, text.Length - at);
        return shown.Length <= Longest ? shown.ToString() : $"{shown.ToString(0, Longest)}…";
    }

    private void Collect(JsonElement element, bool ofExtension)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                    if (!IsName(property, ofExtension)) Collect(property.Value, property.Name is "extension" or "modifierExtension");
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray()) Collect(item, ofExtension);
                break;
            case JsonValueKind.String when element.GetString() is { Length: > 0 } text:
                values.Add(text);
                break;
            case JsonValueKind.Number:
                values.Add(element.GetRawText());
                break;
        }
    }

    private static bool IsName(JsonProperty property, bool ofExtension) => property.Name switch
    {
        "resourceType" => true,
        "system" => IsAddress(property.Value),
        "url" => ofExtension && IsAddress(property.Value),
        "profile" => property.Value.ValueKind == JsonValueKind.Array && property.Value.EnumerateArray().All(IsAddress),
        _ => false,
    };

    private static bool IsAddress(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString()?.StartsWith("http", StringComparison.Ordinal) == true;
}
