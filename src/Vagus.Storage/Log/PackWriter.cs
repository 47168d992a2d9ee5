using System.Buffers;
using System.Text;

namespace Vagus.Storage.Log;

/// <summary>What the bytes of a packed text are. The values are in databases.</summary>
internal enum TextForm : byte
{
    Absent = 0,

    /// <summary>Its length and its UTF-8.</summary>
    Plain = 1,

    /// <summary>A UUID in lower case, as 16 bytes.</summary>
    Uuid = 2,

    /// <summary>A W3C traceparent of version 00: 16 bytes of the trace, 8 of the parent, the flags.</summary>
    Trace = 3,

    /// <summary>The trace id of the traceparent before it.</summary>
    OfTrace = 4,

    /// <summary>A reference with version: type, id, number.</summary>
    Version = 5,
}

/// <summary>
/// Writes texts in the shortest form that gives exactly the same text back. Numbers are 7 bits a byte, the lowest first.
/// </summary>
internal sealed class PackWriter
{
    private const int UuidLength = 36;
    private const int TraceLength = 55;
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef-");
    private readonly ArrayBufferWriter<byte> bytes = new(160);

    public byte[] ToArray() => bytes.WrittenSpan.ToArray();

    public void Byte(byte value)
    {
        bytes.GetSpan(1)[0] = value;
        bytes.Advance(1);
    }

    public void Number(long value)
    {
        var left = (ulong)value;
        for (; left >= 0x80; left >>= 7) Byte((byte)(left | 0x80));
        Byte((byte)left);
    }

    public void Text(string? text)
    {
        if (text is null) Byte((byte)TextForm.Absent);
        else if (UuidOf(text) is { } uuid) Uuid(uuid);
        else Plain(text);
    }

    public void Trace(string? trace)
    {
        if (trace is null || !IsTrace(trace))
        {
            Text(trace);
            return;
        }

        Byte((byte)TextForm.Trace);
        Hex(trace.AsSpan(3, 32));
        Hex(trace.AsSpan(36, 16));
        Hex(trace.AsSpan(53, 2));
    }

    public void Correlation(string? id, string? trace)
    {
        if (trace is not null && IsTrace(trace) && trace.AsSpan(3, 32).SequenceEqual(id)) Byte((byte)TextForm.OfTrace);
        else Text(id);
    }

    public void Reference(string? reference)
    {
        if (VersionedReference.Parse(reference) is not { } parts)
        {
            Text(reference);
            return;
        }

        Byte((byte)TextForm.Version);
        Text(parts.Type);
        Text(parts.Id);
        Number(parts.Version);
    }

    private void Plain(string text)
    {
        Byte((byte)TextForm.Plain);
        Number(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, bytes);
    }

    private void Uuid(Guid uuid)
    {
        Byte((byte)TextForm.Uuid);
        uuid.TryWriteBytes(bytes.GetSpan(16), bigEndian: true, out _);
        bytes.Advance(16);
    }

    private void Hex(ReadOnlySpan<char> digits)
    {
        Convert.FromHexString(digits, bytes.GetSpan(digits.Length / 2), out _, out var written);
        bytes.Advance(written);
    }

    // Other spellings, which the parser takes as well, would come back changed.
    private static Guid? UuidOf(string text) =>
        text.Length == UuidLength && !text.AsSpan().ContainsAnyExcept(LowerHex) && Guid.TryParseExact(text, "D", out var uuid)
            ? uuid
            : null;

    // W3C Trace Context §3.2: 00, 32 digits, 16 digits, 2 digits.
    private static bool IsTrace(string text) =>
        text.Length == TraceLength && text.StartsWith("00-", StringComparison.Ordinal) && text[35] == '-' && text[52] == '-'
        && !text.AsSpan().ContainsAnyExcept(LowerHex) && text.AsSpan(3).Count('-') == 2;
}
