using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Vagus.Fhir.R4.Indexing.Reading;

/// <summary>
/// Strings for short texts that come again and again (code systems, statuses, profiles), so that a thousand resources do not make a
/// thousand copies. A table of fixed size: a text replaces the one in its slot, so clients cannot make it grow. Racing writers
/// lose a copy, no more.
/// </summary>
internal static class KnownTexts
{
    private const int Slots = 4_096;
    private const int LongestKnown = 120;

    private static readonly Entry?[] Table = new Entry?[Slots];

    private sealed record Entry(byte[] Utf8, string Text);

    public static string? Text(JsonElement element, ReadOnlySpan<byte> name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            && Of(value) is { Length: > 0 } text ? text : null;

    /// <summary>The string of a JSON string.</summary>
    public static string Of(JsonElement text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text);
        var utf8 = raw[1..^1];
        if (utf8.Length is 0 or > LongestKnown || utf8.Contains((byte)'\\')) return text.GetString() ?? "";
        ref var slot = ref Table[Hash(utf8) & (Slots - 1)];
        if (slot is { } known && utf8.SequenceEqual(known.Utf8)) return known.Text;
        var entry = new Entry(utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        slot = entry;
        return entry.Text;
    }

    private static int Hash(ReadOnlySpan<byte> text)
    {
        var hash = default(HashCode);
        hash.AddBytes(text);
        return hash.ToHashCode();
    }
}
