using System.Text.Json;
using System.Text.RegularExpressions;

namespace Vagus.Fhir.Profiles;

/// <summary>
/// What a finding of the validator says, without what the resource says: a quoted text that is a value of the resource is left out, but
/// for addresses, which name definitions.
/// </summary>
internal sealed partial class FindingText
{
    private const int Longest = 500;
    private readonly HashSet<string> values = new(StringComparer.Ordinal);

    public FindingText(string json)
    {
        using var document = JsonDocument.Parse(json);
        Collect(document.RootElement);
    }

    public string Of(string text)
    {
        var shown = Quoted().Replace(text, match => values.Contains(match.Groups["value"].Value) ? "'…'" : match.Value);
        return shown.Length <= Longest ? shown : $"{shown[..Longest]}…";
    }

    private void Collect(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject().Where(property => property.Name is not "resourceType")) Collect(property.Value);
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray()) Collect(item);
                break;
            case JsonValueKind.String when element.GetString() is { Length: > 0 } text && !text.StartsWith("http", StringComparison.Ordinal):
                values.Add(text);
                break;
            case JsonValueKind.Number:
                values.Add(element.GetRawText());
                break;
        }
    }

    [GeneratedRegex("['\"](?<value>[^'\"]*)['\"]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();
}
