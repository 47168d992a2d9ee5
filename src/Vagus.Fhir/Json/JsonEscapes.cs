using System.Globalization;

namespace Vagus.Fhir.Json;

/// <summary>Looks at escapes in JSON text that is known to be well formed, without decoding it.</summary>
internal static class JsonEscapes
{
    /// <summary>Whether no escape spells U+0000, which PostgreSQL's text refuses, or half of a surrogate pair, which is no text at all.</summary>
    public static bool AreStorable(ReadOnlySpan<byte> json)
    {
        while (json.IndexOf((byte)'\\') is >= 0 and var at)
        {
            json = json[at..];
            if (json[1] != 'u')
            {
                json = json[2..];
                continue;
            }

            var unit = Unit(json);
            json = json[6..];
            if (unit == 0 || char.IsLowSurrogate(unit))
            {
                return false;
            }

            if (char.IsHighSurrogate(unit))
            {
                if (!json.StartsWith("\\u"u8) || !char.IsLowSurrogate(Unit(json)))
                {
                    return false;
                }

                json = json[6..];
            }
        }

        return true;
    }

    /// <summary>Whether every escape in the text of one string is for a character that R4 strings may hold: of the control characters only tab, CR and LF.</summary>
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

    private static char Unit(ReadOnlySpan<byte> escape) =>
        ushort.TryParse(escape[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit) ? (char)unit : '\0';
}
