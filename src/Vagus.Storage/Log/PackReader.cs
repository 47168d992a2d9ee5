using System.Text;

namespace Vagus.Storage.Log;

/// <summary>Reads what <see cref="PackWriter"/> wrote, in the same order.</summary>
internal ref struct PackReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> left = bytes;

    public byte Byte() => Take(1)[0];

    public long Number()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return (long)value;
        }
    }

    /// <param name="trace">The traceparent that was read before, where the text may be its trace id.</param>
    public string? Text(string? trace = null) => (TextForm)Byte() switch
    {
        TextForm.Absent => null,
        TextForm.Plain => Encoding.UTF8.GetString(Take((int)Number())),
        TextForm.Uuid => new Guid(Take(16), bigEndian: true).ToString(),
        TextForm.Trace => $"00-{Hex(16)}-{Hex(8)}-{Hex(1)}",
        TextForm.OfTrace => trace?.Substring(3, 32),
        TextForm.Version => new VersionedReference(Present(), Present(), Number()).ToString(),
        var unknown => throw new InvalidDataException($"A packed text has the unknown form {(byte)unknown}."),
    };

    /// <summary>A text that was not null when it was written.</summary>
    public string Present() => Text() ?? throw new InvalidDataException("A packed text is absent.");

    private string Hex(int count) => Convert.ToHexStringLower(Take(count));

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = left[..count];
        left = left[count..];
        return taken;
    }
}
