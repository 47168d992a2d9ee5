using System.Text.Json;
using System.Text.RegularExpressions;
using Vagus.Care.Deriving.Reading;

namespace Vagus.Care.Deriving;

/// <summary>Interpretations of laboratories that say "critical" in words, or in codes of their own.</summary>
internal static partial class CriticalWords
{
    // Longer texts are commentaries, which may call something else critical.
    private const int LongestText = 60;

    /// <summary>The code that the words mean; null: they do not say that the value is critical.</summary>
    public static string? FlagOf(JsonElement interpretation) =>
        interpretation.Items("coding").Select(coding => coding.Text("display")).Prepend(interpretation.Text("text"))
            .OfType<string>().Select(Of).FirstOrDefault(flag => flag is not null);

    private static string? Of(string text)
    {
        if (text.Trim().ToUpperInvariant() is "HH" or "LL" or "AA") return text.Trim().ToUpperInvariant();
        if (text.Length > LongestText || !Critical().IsMatch(text) || Negated().IsMatch(text)) return null;
        return High().IsMatch(text) ? "HH" : Low().IsMatch(text) ? "LL" : "AA";
    }

    [GeneratedRegex(@"\b(critical|critically|panic)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Critical();

    [GeneratedRegex(@"\b(not|non|no)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Negated();

    [GeneratedRegex(@"\bhigh\b", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex High();

    [GeneratedRegex(@"\blow\b", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Low();
}
