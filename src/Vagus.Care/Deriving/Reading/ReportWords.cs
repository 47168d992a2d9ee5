using System.Text;
using System.Text.Json;

namespace Vagus.Care.Deriving.Reading;

/// <summary>What a report says in words: what was found, and what it means.</summary>
internal static class ReportWords
{
    /// <summary>
    /// Letters of a text in an event. A longer one is left out whole, and the reader takes it from the report: a text that was cut could
    /// say the contrary of the whole.
    /// </summary>
    public const int MostInEvent = 16_384;

    // R4 has no element for the findings: what was dictated comes as a plain text.
    public static string? Findings(this JsonElement report)
    {
        var form = report.Items("presentedForm")
            .FirstOrDefault(each => each.Text("contentType")?.StartsWith("text/plain", StringComparison.Ordinal) == true);
        if (form.Text("data") is not { } data) return null;
        var bytes = new byte[data.Length];
        return Convert.TryFromBase64String(data, bytes, out var length) ? Encoding.UTF8.GetString(bytes.AsSpan(0, length)) : null;
    }

    public static string? Impression(this JsonElement report) => report.Text("conclusion") ?? report.Concept("conclusionCode");

    // No text of an event holds U+0000, which the bytes of a plain text may.
    public static string? ForEvent(string? words) => words is null || words.Length > MostInEvent || words.Contains('\0') ? null : words;
}
