using System.Globalization;
using System.Net;
using System.Text;

namespace Vagus.Fhir.R4.Validation;

/// <summary>A character reference within a narrative: one of XML's, one of HTML's named ones, or a number.</summary>
internal static class NarrativeEntity
{
    // thetasym
    private const int LongestName = 8;
    private const int LargestCharacter = 0x10FFFF;

    /// <summary>How many bytes the reference at the beginning of the text has; 0 where there is none.</summary>
    public static int LengthOf(ReadOnlySpan<byte> text)
    {
        if (text is not [(byte)'&', ..]) return 0;
        var end = text[..Math.Min(text.Length, LongestName + 4)].IndexOf((byte)';');
        return end > 1 && IsKnown(text[1..end]) ? end + 1 : 0;
    }

    public static bool IsSpace(ReadOnlySpan<byte> reference) =>
        string.IsNullOrWhiteSpace(WebUtility.HtmlDecode(Encoding.UTF8.GetString(reference)));

    private static bool IsKnown(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("amp"u8) || name.SequenceEqual("lt"u8) || name.SequenceEqual("gt"u8)) return true;
        if (name[0] == '#') return IsCharacter(name[1..]);
        var reference = $"&{Encoding.UTF8.GetString(name)};";
        return !name.ContainsAnyExceptInRange((byte)'0', (byte)'z') && WebUtility.HtmlDecode(reference) != reference;
    }

    private static bool IsCharacter(ReadOnlySpan<byte> number)
    {
        var isHex = number is [(byte)'x', ..];
        var style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return int.TryParse(isHex ? number[1..] : number, style, CultureInfo.InvariantCulture, out var code)
            && code is '\t' or '\n' or '\r' or (>= ' ' and < 0xD800) or (> 0xDFFF and < 0xFFFE) or (> 0xFFFF and <= LargestCharacter);
    }
}
