using System.Buffers.Text;

namespace Vagus.Kernel;

/// <summary>
/// JSON lets a text hold, as an escape, half of a surrogate pair, which no .NET string can, and U+0000, which PostgreSQL refuses. Asked
/// once for all that a client sends, so that what reads its texts afterwards cannot fail.
/// </summary>
public static class WellFormed
{
    private const int EscapeLength = 6;

    /// <summary>True when every escaped surrogate of a JSON text is half of a pair, and no escape is U+0000.</summary>
    public static bool Text(ReadOnlySpan<byte> json)
    {
        for (var at = json.IndexOf((byte)'\\'); at >= 0 && at < json.Length; at = NextEscape(json, at))
        {
            var escaped = CodeUnit(json[at..]);
            if (escaped is '\0') return false;
            if (escaped is not { } unit || !char.IsSurrogate(unit))
            {
                at += 2;
                continue;
            }

            if (!char.IsHighSurrogate(unit) || CodeUnit(json[(at + EscapeLength)..]) is not { } second || !char.IsLowSurrogate(second))
            {
                return false;
            }

            at += 2 * EscapeLength;
        }

        return true;
    }

    private static int NextEscape(ReadOnlySpan<byte> json, int from)
    {
        if (from >= json.Length) return -1;
        var next = json[from..].IndexOf((byte)'\\');
        return next < 0 ? -1 : from + next;
    }

    /// <summary>The UTF-16 code unit of an escape <c>\uXXXX</c> that the text begins with, or null.</summary>
    private static char? CodeUnit(ReadOnlySpan<byte> text) =>
        text.Length >= EscapeLength && text[0] == '\\' && text[1] == 'u'
            && Utf8Parser.TryParse(text.Slice(2, 4), out ushort unit, out var read, 'x') && read == 4
            ? (char)unit
            : null;
}
