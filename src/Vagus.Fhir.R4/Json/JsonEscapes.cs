using System.Globalization;

namespace Vagus.Fhir.R4.Json;

/// <summary>Looks at escapes in JSON text without decoding it.</summary>
internal static class JsonEscapes
{
    /// <summary>
    /// Whether no escape in any string or name spells U+0000, which PostgreSQL's text refuses, or half of a surrogate pair, which is no
    /// text at all. Asked before the text is parsed: the parser decodes names to compare them, and throws at half a pair. An escape that
    /// is none is the parser's to refuse.
    /// </summary>
    public static bool AreStorable(ReadOnlySpan<byte> json)
    {
        while (json.IndexOf((byte)'\\') is >= 0 and var at)
        {
            json = json[at..];
            if (json is not [_, (byte)'u', ..])
            {
                json = json[Math.Min(2, json.Length)..];
                continue;
            }

            if (Unit(json) is not { } unit)
            {
                return true;
            }

            json = json[6..];
            if (unit == 0 || char.IsLowSurrogate(unit))
            {
                return false;
            }

            if (char.IsHighSurrogate(unit))
            {
                if (!json.StartsWith("\\u"u8) || Unit(json) is not { } low || !char.IsLowSurrogate(low))
                {
                    return false;
                }

                json = json[6..];
            }
        }

        return true;
    }

    /// <summary>
    /// Whether every escape in the text of one string is for a character that R4 strings may hold: of the control characters only tab, CR
    /// and LF.
    /// </summary>
    public static bool AreForFhirStrings(ReadOnlySpan<byte> text)
    {
        while (text.IndexOf((byte)'\\') is >= 0 and var at)
        {
            text = text[at..];
            switch (text[1])
            {
                case (byte)'b' or (byte)'f':
                    return false;
                case (byte)'u':
                    if (Unit(text) is < ' ' and not ('\t' or '\r' or '\n'))
                    {
                        return false;
                    }

                    text = text[6..];
                    break;
                default:
                    text = text[2..];
                    break;
            }
        }

        return true;
    }

    private static char? Unit(ReadOnlySpan<byte> escape) =>
        escape.Length >= 6 && ushort.TryParse(escape[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit : null;
}
