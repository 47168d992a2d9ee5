using System.Buffers.Binary;
using System.Text;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Search.Index;

/// <summary>
/// The keys of a resource's index rows as its own row keeps them, so that replacing or deleting it needs no index by resource. One byte of
/// version, then per <see cref="IndexKind"/> the number of its rows and their key columns: numbers of seven bits a byte, texts with their
/// length. Kinds that were added later are absent and have no rows.
/// </summary>
internal static class ResourceKeys
{
    private const byte Version = 1;

    /// <summary>Null where there are none.</summary>
    public static byte[]? Write(IReadOnlyList<List<IndexEntry>> entries)
    {
        if (entries.All(kind => kind.Count == 0)) return null;
        using var buffer = new MemoryStream(256);
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        writer.Write(Version);
        for (var kind = 0; kind < IndexKind.All.Count; kind++)
        {
            writer.Write7BitEncodedInt(entries[kind].Count);
            foreach (var value in entries[kind].SelectMany(entry => entry.Key))
            {
                if (value is string text) writer.Write(text);
                else writer.Write7BitEncodedInt64((long)value);
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
        for (var kind = 0; kind < entries.Length && reader.BaseStream.Position < keys.Length; kind++)
        {
            for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
            {
                entries[kind].Add(new IndexEntry([.. IndexKind.All[kind].KeyTypes.Select(type => Value(reader, type))], []));
            }
        }

        return entries;
    }

    private static object Value(BinaryReader reader, ColumnType type) =>
        type == ColumnType.Text ? reader.ReadString() : reader.Read7BitEncodedInt64();
}
