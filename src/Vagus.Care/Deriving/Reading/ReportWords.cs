using System.Text;
using System.Text.Json;

namespace Vagus.Care.Deriving.Reading;

/// <summary>What a report says in words: what was found, and what it means.</summary>
internal static class ReportWords
{
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
}
