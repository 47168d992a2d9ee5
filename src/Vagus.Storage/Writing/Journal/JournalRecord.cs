using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Vagus.Kernel;

namespace Vagus.Storage.Writing.Journal;

/// <summary>
/// A leaf as its journal holds it, little-endian: the length of what follows the checksum (4 bytes), the checksum (CRC-32C, 4), the number
/// (8), the instant in ticks of UTC (8), the length of the tenant's id (2), the id (UTF-8), the leaf.
/// </summary>
internal readonly record struct JournalRecord(long Number, DateTimeOffset At, TenantId Tenant, byte[] Body)
{
    private const int Prefix = 8;
    private const int Fixed = 18;

    public void WriteTo(ArrayBufferWriter<byte> buffer)
    {
        var tenant = Encoding.UTF8.GetBytes(Tenant.Value);
        var length = Fixed + tenant.Length + Body.Length;
        var bytes = buffer.GetSpan(Prefix + length)[..(Prefix + length)];
        var content = bytes[Prefix..];
        BinaryPrimitives.WriteInt64LittleEndian(content, Number);
        BinaryPrimitives.WriteInt64LittleEndian(content[8..], At.UtcTicks);
        BinaryPrimitives.WriteUInt16LittleEndian(content[16..], checked((ushort)tenant.Length));
        tenant.CopyTo(content[Fixed..]);
        Body.CopyTo(content[(Fixed + tenant.Length)..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Checksum(content));
        buffer.Advance(Prefix + length);
    }

    /// <summary>
    /// The records at the beginning of a file: up to one whose checksum is wrong, which was being written when the power went, or whose
    /// number does not follow, which is left of what the file held before.
    /// </summary>
    public static List<JournalRecord> ReadAll(ReadOnlySpan<byte> bytes)
    {
        var records = new List<JournalRecord>();
        while (Read(bytes, out var taken) is { } record && (records.Count == 0 || record.Number == records[^1].Number + 1))
        {
            records.Add(record);
            bytes = bytes[taken..];
        }

        return records;
    }

    private static JournalRecord? Read(ReadOnlySpan<byte> bytes, out int taken)
    {
        taken = 0;
        if (bytes.Length < Prefix + Fixed) return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length < Fixed || length > bytes.Length - Prefix) return null;
        var content = bytes.Slice(Prefix, length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Checksum(content)) return null;
        taken = Prefix + length;
        var idLength = BinaryPrimitives.ReadUInt16LittleEndian(content[16..]);
        return new JournalRecord(
            BinaryPrimitives.ReadInt64LittleEndian(content),
            new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(content[8..]), TimeSpan.Zero),
            new TenantId(Encoding.UTF8.GetString(content.Slice(Fixed, idLength))),
            content[(Fixed + idLength)..].ToArray());
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var each in bytes) crc = BitOperations.Crc32C(crc, each);
        return ~crc;
    }
}
