using System.Buffers.Text;
using System.Text;

namespace Vagus.Identity.Tokens;

/// <summary>
/// Base64url as RFC 7515 means it: no padding, no white space, no spare bits. One text for one byte string, so a token cannot be altered
/// and stay valid.
/// </summary>
internal static class StrictBase64Url
{
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        var utf8 = new byte[text.Length];
        if (Encoding.UTF8.GetByteCount(text) != text.Length) return null;
        Encoding.UTF8.GetBytes(text, utf8);
        if (!Base64Url.IsValid(utf8, out _)) return null;

        var bytes = Base64Url.DecodeFromUtf8(utf8);
        // The platform's decoder forgives padding, blanks and trailing bits; only the canonical text encodes back to itself.
        return text.SequenceEqual(Base64Url.EncodeToString(bytes)) ? bytes : null;
    }
}
