using System.Text;

namespace Vagus.Fhir.R4.Criteria;

/// <summary>The escapes of search values (FHIR R4 search, "Escaping Search Parameters"): <c>\,</c> <c>\|</c> <c>\$</c> <c>\\</c>.</summary>
internal static class Escaped
{
    /// <summary>Cuts at the separator where it is not escaped; the parts keep their escapes.</summary>
    public static List<string> Split(string text, char separator)
    {
        var parts = new List<string>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == separator)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }

    public static string Plain(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var escapes = text[i] == '\\' && i + 1 < text.Length && text[i + 1] is (',' or '|' or '$' or '\\');
            plain.Append(escapes ? text[++i] : text[i]);
        }

        return plain.ToString();
    }
}
