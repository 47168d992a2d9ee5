using System.Text;

namespace Vagus.Fhir.R4.Validation;

/// <summary>
/// A lenient look at a narrative: one <c>div</c>, and nothing that runs or loads when a browser shows it. It is not an XHTML parser;
/// a page that shows a narrative still puts it through the browser's sanitizer.
/// </summary>
internal static class NarrativeText
{
    private static readonly string[] Forbidden =
        ["script", "style", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "input", "button", "base", "link", "meta",
            "head", "body", "html", "svg", "math"];

    public static bool IsSafe(ReadOnlySpan<byte> xhtml)
    {
        var text = xhtml.Trim(" \t\r\n"u8);
        return text.StartsWith("<div"u8) && text.Length > 5
            && text[4] is (byte)'>' or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)'/'
            && (text.EndsWith("</div>"u8) || (text.EndsWith("/>"u8) && text.Count((byte)'<') == 1))
            && TagsAreSafe(text);
    }

    private static bool TagsAreSafe(ReadOnlySpan<byte> text)
    {
        while (text.IndexOf((byte)'<') is >= 0 and var at)
        {
            text = text[(at + 1)..];
            if (text.StartsWith("!--"u8))
            {
                var close = text.IndexOf("-->"u8);
                if (close < 0)
                {
                    return false;
                }

                text = text[(close + 3)..];
                continue;
            }

            var end = EndOfTag(text);
            if (end < 0 || !IsSafeTag(text[..end]))
            {
                return false;
            }

            text = text[(end + 1)..];
        }

        return true;
    }

    private static int EndOfTag(ReadOnlySpan<byte> text)
    {
        byte quote = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (quote != 0)
            {
                quote = text[i] == quote ? (byte)0 : quote;
            }
            else if (text[i] is (byte)'"' or (byte)'\'')
            {
                quote = text[i];
            }
            else if (text[i] == '>')
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsSafeTag(ReadOnlySpan<byte> tag)
    {
        if (tag.IsEmpty || tag[0] is (byte)'!' or (byte)'?')
        {
            return false;
        }

        var name = tag[0] == '/' ? tag[1..] : tag;
        var length = name.IndexOfAny(" \t\r\n/"u8);
        name = length < 0 ? name : name[..length];
        foreach (var forbidden in Forbidden)
        {
            if (Ascii.EqualsIgnoreCase(name, forbidden))
            {
                return false;
            }
        }

        return AttributesAreSafe(tag[(tag[0] == '/' ? name.Length + 1 : name.Length)..]);
    }

    private static bool AttributesAreSafe(ReadOnlySpan<byte> rest)
    {
        while (rest.IndexOf((byte)'=') is >= 0 and var equals)
        {
            var name = rest[..equals].Trim(" \t\r\n/"u8);
            rest = rest[(equals + 1)..].TrimStart(" \t\r\n"u8);
            if (rest.IsEmpty || rest[0] is not ((byte)'"' or (byte)'\''))
            {
                return false;
            }

            var close = rest[1..].IndexOf(rest[0]);
            if (close < 0 || IsEvent(name) || (IsLink(name) && IsScript(rest[1..(close + 1)])))
            {
                return false;
            }

            rest = rest[(close + 2)..];
        }

        return true;
    }

    private static bool IsEvent(ReadOnlySpan<byte> name) => name.Length > 2 && Ascii.EqualsIgnoreCase(name[..2], "on"u8);

    private static bool IsLink(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "href"u8) || Ascii.EqualsIgnoreCase(name, "src"u8) || Ascii.EqualsIgnoreCase(name, "cite"u8);

    private static bool IsScript(ReadOnlySpan<byte> link)
    {
        var end = link.IndexOfAny("/?#:"u8);
        var scheme = end < 0 ? link : link[..end];
        if (scheme.Contains((byte)'&'))
        {
            // A character reference could spell the rest of a scheme.
            return true;
        }

        // Browsers drop whitespace and control characters inside a scheme.
        Span<byte> plain = stackalloc byte["javascript".Length + 1];
        var length = 0;
        foreach (var letter in scheme)
        {
            if (letter > ' ' && length < plain.Length)
            {
                plain[length++] = letter;
            }
        }

        return Ascii.EqualsIgnoreCase(plain[..length], "javascript"u8) || Ascii.EqualsIgnoreCase(plain[..length], "vbscript"u8);
    }
}
