using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Vagus.Demo.Synthetic;

/// <summary>Ids and seeds derived from a path, so that the same clinic is built twice with the same ids.</summary>
internal static class StableId
{
    /// <summary>A version 8 UUID (RFC 9562: custom content) from the hash of the path.</summary>
    public static string From(string path)
    {
        var bytes = Hash(path)[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    public static ulong Seed(string path) => BinaryPrimitives.ReadUInt64BigEndian(Hash(path));

    private static byte[] Hash(string path) => SHA256.HashData(Encoding.UTF8.GetBytes(path));
}
