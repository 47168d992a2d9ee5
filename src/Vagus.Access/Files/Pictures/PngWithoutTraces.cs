using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Vagus.Access.Files.Pictures;

/// <summary>
/// A PNG with the chunks that draw it (PNG, third edition, 11), and of its Exif the orientation. Texts, times and chunks of applications
/// are left out.
/// </summary>
internal static class PngWithoutTraces
{
    private const int SignatureBytes = 8;
    private const int CheckBytes = 4;
    private const int MostOfExif = 64 * 1024;
    private const uint ReversedPolynomial = 0xEDB88320;

    private static readonly HashSet<string> Drawing = new(StringComparer.Ordinal)
    {
        "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "bKGD", "pHYs", "acTL", "fcTL", "fdAT",
    };

    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> Read(
        PictureBytes picture, [EnumeratorCancellation] CancellationToken cancel)
    {
        yield return await picture.Take(SignatureBytes, cancel);
        var name = "";
        while (name != "IEND")
        {
            var head = await picture.Take(8, cancel);
            var rest = BinaryPrimitives.ReadUInt32BigEndian(head) + (long)CheckBytes;
            name = Encoding.Latin1.GetString(head.AsSpan(4));
            if (Drawing.Contains(name))
            {
                yield return head;
                while (rest > 0)
                {
                    var piece = await picture.Some(rest, cancel);
                    rest -= piece.Length;
                    yield return piece;
                }
            }
            else if (name == "eXIf" && rest <= MostOfExif)
            {
                if (Orientation.Of(await picture.Take((int)rest, cancel)) is { } orientation)
                    yield return Chunk("eXIf"u8, Orientation.Tiff(orientation));
            }
            else
            {
                await picture.Skip(rest, cancel);
            }
        }
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] content)
    {
        byte[] chunk = [0, 0, 0, 0, .. name, .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - CheckBytes), Check(chunk.AsSpan(4, 4 + content.Length)));
        return chunk;
    }

    // Annex D of the standard; a few dozen bytes, so without a table.
    private static uint Check(ReadOnlySpan<byte> bytes)
    {
        var check = uint.MaxValue;
        foreach (var each in bytes)
        {
            check ^= each;
            for (var bit = 0; bit < 8; bit++) check = (check & 1) == 0 ? check >> 1 : (check >> 1) ^ ReversedPolynomial;
        }

        return ~check;
    }
}
