using System.Buffers;

namespace Vagus.Fhir.R4.Validation;

/// <summary>The formats of R4's textual primitives other than dates, as its regexes say, without a regex.</summary>
internal static class PrimitiveText
{
    private const int LongestId = 64;

    private static readonly SearchValues<byte> IdBytes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."u8);
    private static readonly SearchValues<byte> Base64Bytes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);
    private static readonly SearchValues<byte> LowerHex = SearchValues.Create("0123456789abcdef"u8);

    // Space and everything below it: whitespace, and control characters that no URI or code may hold either.
    private const byte Space = (byte)' ';

    public static bool IsId(ReadOnlySpan<byte> text) => text.Length is > 0 and <= LongestId && !text.ContainsAnyExcept(IdBytes);

    public static bool IsUri(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyInRange<byte>(0, Space);

    /// <summary>No whitespace at the ends, and only single spaces inside, as R4's text says; its regex lets a tab pass.</summary>
    public static bool IsCode(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] <= Space || text[^1] <= Space)
        {
            return false;
        }

        while (text.IndexOfAnyInRange<byte>(0, Space) is >= 0 and var at)
        {
            if (text[at] != Space || text[at + 1] <= Space)
            {
                return false;
            }

            text = text[(at + 1)..];
        }

        return true;
    }

    /// <summary><c>urn:oid:</c>, a first arc of 0 to 2, and at least one more without leading zeros.</summary>
    public static bool IsOid(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("urn:oid:"u8))
        {
            return false;
        }

        text = text[8..];
        if (text is not [>= (byte)'0' and <= (byte)'2', (byte)'.', ..])
        {
            return false;
        }

        for (text = text[2..]; ;)
        {
            var end = text.IndexOf((byte)'.');
            var arc = end < 0 ? text : text[..end];
            if (arc.IsEmpty || arc.ContainsAnyExceptInRange((byte)'0', (byte)'9') || (arc[0] == '0' && arc.Length > 1))
            {
                return false;
            }

            if (end < 0)
            {
                return true;
            }

            text = text[(end + 1)..];
        }
    }

    public static bool IsUuid(ReadOnlySpan<byte> text) =>
        text.StartsWith("urn:uuid:"u8) && text[9..] is { Length: 36 } digits
        && digits[8] == '-' && digits[13] == '-' && digits[18] == '-' && digits[23] == '-'
        && !digits[..8].ContainsAnyExcept(LowerHex) && !digits[9..13].ContainsAnyExcept(LowerHex)
            && !digits[14..18].ContainsAnyExcept(LowerHex)
        && !digits[19..23].ContainsAnyExcept(LowerHex) && !digits[24..].ContainsAnyExcept(LowerHex);

    /// <summary>Groups of four with padding at the end only; whitespace may stand anywhere between.</summary>
    public static bool IsBase64(ReadOnlySpan<byte> text)
    {
        long digits = 0;
        while (text.IndexOfAnyExcept(Base64Bytes) is >= 0 and var at)
        {
            digits += at;
            if (text[at] == '=')
            {
                return IsPadding(text[at..], digits);
            }

            if (text[at] is not (Space or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                return false;
            }

            text = text[(at + 1)..];
        }

        digits += text.Length;
        return digits > 0 && digits % 4 == 0;
    }

    private static bool IsPadding(ReadOnlySpan<byte> text, long digits)
    {
        text = text.TrimEnd(" \t\r\n"u8);
        return text.Length is 1 or 2 && !text.ContainsAnyExcept((byte)'=') && digits % 4 == 4 - text.Length;
    }
}
