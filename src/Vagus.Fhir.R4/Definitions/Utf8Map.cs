using System.Buffers.Binary;
using System.Text;

namespace Vagus.Fhir.R4.Definitions;

/// <summary>
/// A read-only map from short UTF-8 names to objects, so that raw JSON is looked up without making a string of it.
/// Open addressing in a table at least twice as large as its content, filled once.
/// </summary>
internal sealed class Utf8Map<T>
    where T : class
{
    public static readonly Utf8Map<T> Empty = new([]);

    private readonly (byte[] Key, T Value)[] slots;

    public Utf8Map(IEnumerable<(string Key, T Value)> entries)
    {
        var list = entries.ToList();
        slots = new (byte[], T)[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(list.Count * 2) + 1)];
        foreach (var (key, value) in list)
        {
            Add(Encoding.UTF8.GetBytes(key), value);
        }
    }

    public T? Find(ReadOnlySpan<byte> key)
    {
        var table = slots;
        for (var i = Hash(key) & (table.Length - 1); table[i].Key is { } candidate; i = (i + 1) & (table.Length - 1))
        {
            if (key.SequenceEqual(candidate))
            {
                return table[i].Value;
            }
        }

        return null;
    }

    private void Add(byte[] key, T value)
    {
        var i = Hash(key) & (slots.Length - 1);
        while (slots[i].Key is { } taken)
        {
            if (taken.AsSpan().SequenceEqual(key))
            {
                throw new InvalidDataException($"'{Encoding.UTF8.GetString(key)}' is there twice");
            }

            i = (i + 1) & (slots.Length - 1);
        }

        slots[i] = (key, value);
    }

    // Length, first and last eight bytes: enough to tell names of one type apart, and cheap.
    private static int Hash(ReadOnlySpan<byte> key)
    {
        ulong head, tail;
        if (key.Length >= sizeof(ulong))
        {
            head = BinaryPrimitives.ReadUInt64LittleEndian(key);
            tail = BinaryPrimitives.ReadUInt64LittleEndian(key[^sizeof(ulong)..]);
        }
        else if (key.Length >= sizeof(uint))
        {
            head = BinaryPrimitives.ReadUInt32LittleEndian(key);
            tail = BinaryPrimitives.ReadUInt32LittleEndian(key[^sizeof(uint)..]);
        }
        else
        {
            head = key.Length > 0 ? key[0] : 0UL;
            tail = key.Length > 1 ? ((ulong)key[1] << 8) | key[^1] : 0UL;
        }

        var mixed = ((head * 0x9E3779B97F4A7C15UL) ^ System.Numerics.BitOperations.RotateLeft(tail * 0xC2B2AE3D27D4EB4FUL, 31))
            + (ulong)key.Length;
        return (int)(mixed >> 33);
    }
}
