using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Vagus.Identity.Passwords;

/// <summary>
/// A Bloom filter over passwords: it knows every one that was added, and takes about one in a thousand others for one of them. The file is
/// a header (<c>VPF1</c>, then the number of passwords, little-endian) and the bits.
/// </summary>
internal sealed class PasswordFilter
{
    public const int MinLength = 8;
    private const int BitsPerPassword = 15;
    private const int Hashes = 10;
    private const int HeaderBytes = 8;
    private static readonly byte[] Magic = "VPF1"u8.ToArray();
    private readonly byte[] file;
    private readonly ulong bits;

    private PasswordFilter(byte[] file) => (this.file, bits) = (file, (ulong)(file.Length - HeaderBytes) * 8);

    public int Count => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(4));

    public static PasswordFilter Read(byte[] file) => file.AsSpan().StartsWith(Magic) && file.Length > HeaderBytes
        ? new PasswordFilter(file) : throw new InvalidDataException("This is no password filter.");

    public static PasswordFilter Of(IReadOnlyCollection<string> passwords)
    {
        var file = new byte[HeaderBytes + (passwords.Count * BitsPerPassword / 8) + 1];
        Magic.CopyTo(file, 0);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), passwords.Count);
        var filter = new PasswordFilter(file);
        foreach (var password in passwords)
        {
            foreach (var bit in filter.PlacesOf(password)) file[HeaderBytes + (int)(bit / 8)] |= (byte)(1 << (int)(bit % 8));
        }

        return filter;
    }

    public byte[] ToBytes() => [.. file];

    public bool Knows(string password) =>
        Array.TrueForAll(PlacesOf(password), bit => (file[HeaderBytes + (int)(bit / 8)] & (1 << (int)(bit % 8))) != 0);

    // Two halves of one hash give all places (Kirsch and Mitzenmacher 2006).
    private ulong[] PlacesOf(string password)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(password.ToLowerInvariant()));
        var first = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        var step = BinaryPrimitives.ReadUInt64LittleEndian(hash.AsSpan(8)) | 1;
        var places = new ulong[Hashes];
        for (var index = 0; index < Hashes; index++) places[index] = (first + ((ulong)index * step)) % bits;
        return places;
    }
}
