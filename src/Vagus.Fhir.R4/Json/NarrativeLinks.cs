using System.Text;

namespace Vagus.Fhir.R4.Json;

/// <summary>Rewrites what <c>href</c> and <c>src</c> attributes of a narrative point at.</summary>
internal static class NarrativeLinks
{
    /// <summary>The narrative with its links changed, or null when none did.</summary>
    public static string? Rewrite(string xhtml, LinkRewrite rewrite)
    {
        StringBuilder? changed = null;
        var copied = 0;
        var from = 0;
        while (Next(xhtml, from) is { } link)
        {
            if (rewrite(LinkKind.Narrative, xhtml.AsSpan()[link]) is { } target)
            {
                changed ??= new StringBuilder(xhtml.Length);
                changed.Append(xhtml, copied, link.Start.Value - copied).Append(System.Net.WebUtility.HtmlEncode(target));
                copied = link.End.Value;
            }

            from = link.End.Value + 1;
        }

        return changed?.Append(xhtml, copied, xhtml.Length - copied).ToString();
    }

    // The inside of the quotes of the next href or src attribute.
    private static Range? Next(string xhtml, int from)
    {
        while (from < xhtml.Length && xhtml.IndexOf('=', from) is >= 0 and var equals)
        {
            from = equals + 1;
            var name = xhtml.AsSpan(0, equals).TrimEnd();
            var quote = from + xhtml.AsSpan(from).IndexOfAnyExcept(" \n\r\t");
            if (!IsLink(name) || quote < from || xhtml[quote] is not ('"' or '\''))
            {
                continue;
            }

            var end = xhtml.IndexOf(xhtml[quote], quote + 1);
            return end < 0 ? null : (quote + 1)..end;
        }

        return null;
    }

    private static bool IsLink(ReadOnlySpan<char> upToName) =>
        (upToName.EndsWith("href") && IsStart(upToName[..^4])) || (upToName.EndsWith("src") && IsStart(upToName[..^3]));

    private static bool IsStart(ReadOnlySpan<char> before) => before is [.., var last] && char.IsWhiteSpace(last);
}
