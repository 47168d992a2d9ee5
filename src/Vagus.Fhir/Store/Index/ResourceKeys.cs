using System.Text;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store.Index;

/// <summary>
/// The keys of a resource's index rows as its own row keeps them, so that replacing or deleting it needs no index by resource. One byte of
/// version, then per <see cref="IndexKind"/> the number of its rows and their key columns: numbers of seven bits a byte; texts as their
/// length in bytes and one, and UTF-8, where a zero stands for the text before. Kinds that were added later are absent and have no rows.
/// </summary>
internal static class ResourceKeys
{
    private const byte Version = 1;

    /// <summary>Null where there are none.</summary>
    public static byte[]? Write(List<IndexEntry>[] entries)
    {
        if (Array.TrueForAll(entries, kind => kind.Count == 0)) return null;
        using var buffer = new MemoryStream(256);
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        writer.Write(Version);
        string? before = null;
        // Kinds at the end that have no rows are left out, as those that are added later.
        foreach (var kind in entries.Take(Array.FindLastIndex(entries, kind => kind.Count > 0) + 1))
        {
            writer.Write7BitEncodedInt(kind.Count);
            foreach (var entry in kind)
            {
                foreach (var value in entry.Key)
                {
                    if (value is string text) Write(writer, text, ref before);
                    else writer.Write7BitEncodedInt64((long)value);
                }
            }
        }

        return buffer.ToArray();
    }

    public static List<IndexEntry>[] Read(byte[]? keys)
    {
        List<IndexEntry>[] entries = [.. IndexKind.All.Select(_ => new List<IndexEntry>())];
        if (keys is null) return entries;
        using var reader = new BinaryReader(new MemoryStream(keys), Encoding.UTF8);
        if (reader.ReadByte() is not Version) throw new InvalidDataException("The index keys of a resource are of an unknown version.");
        var before = "";
        for (var kind = 0; kind < entries.Length && reader.BaseStream.Position < keys.Length; kind++)
        {
            for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
                entries[kind].Add(Entry(reader, IndexKind.All[kind], ref before));
        }

        return entries;
    }

    /// <summary>The same keys in a database that gave other numbers to the names.</summary>
    public static byte[]? Map(byte[] keys, Func<long, long> numberOf)
    {
        var entries = Read(keys);
        for (var kind = 0; kind < entries.Length; kind++)
        {
            if (IndexKind.All[kind].NameColumn is not { } column) continue;
            foreach (var entry in entries[kind]) entry.Key[column] = numberOf((long)entry.Key[column]);
        }

        return Write(entries);
    }

    private static void Write(BinaryWriter writer, string text, ref string? before)
    {
        if (text == before)
        {
            writer.Write7BitEncodedInt(0);
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write7BitEncodedInt(bytes.Length + 1);
        writer.Write(bytes);
        before = text;
    }

    private static IndexEntry Entry(BinaryReader reader, IndexKind kind, ref string before)
    {
        var key = new object[kind.KeyTypes.Count];
        for (var column = 0; column < key.Length; column++)
        {
            if (kind.KeyTypes[column] == ColumnType.Text)
            {
                if (reader.Read7BitEncodedInt() is > 0 and var length) before = Encoding.UTF8.GetString(reader.ReadBytes(length - 1));
                key[column] = before;
            }
            else
            {
                key[column] = reader.Read7BitEncodedInt64();
            }
        }

        return new IndexEntry(key, []);
    }
}
