using System.Runtime.CompilerServices;

namespace Vagus.Access.Files.Pictures;

/// <summary>
/// A GIF (GIF89a) with its images, their timing, and how often they are shown. Comments, texts and blocks of applications are left out.
/// </summary>
internal static class GifWithoutTraces
{
    private const byte Extension = 0x21;
    private const byte Image = 0x2C;
    private const byte End = 0x3B;
    private const byte GraphicControl = 0xF9;
    private const byte Application = 0xFF;
    private const int HeadBytes = 13;
    private const int ImageBytes = 9;
    private const int FlagsOfHead = 10;
    private const int ApplicationBytes = 11;

    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> Read(
        PictureBytes picture, [EnumeratorCancellation] CancellationToken cancel)
    {
        var head = await picture.Take(HeadBytes, cancel);
        yield return head;
        yield return await picture.Take(TableBytes(head[FlagsOfHead]), cancel);
        while (true)
        {
            var kind = await picture.Next(cancel);
            if (kind == End) break;
            if (kind == Image)
            {
                var place = await picture.Take(ImageBytes, cancel);
                yield return new[] { Image };
                yield return place;
                // With the size of the codes, which stands before the blocks.
                yield return await picture.Take(TableBytes(place[^1]) + 1, cancel);
                await foreach (var block in Blocks(picture, cancel)) yield return block;
            }
            else if (kind == Extension)
            {
                await foreach (var piece in OfExtension(picture, cancel)) yield return piece;
            }
            else
            {
                throw new InvalidDataException("A block of the picture is of no kind.");
            }
        }

        yield return new[] { End };
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> OfExtension(
        PictureBytes picture, [EnumeratorCancellation] CancellationToken cancel)
    {
        var label = await picture.Next(cancel);
        var first = await picture.Take(await picture.Next(cancel), cancel);
        var isKept = label == GraphicControl || (label == Application && IsLoop(first));
        if (isKept) yield return new byte[] { Extension, label, (byte)first.Length };
        if (isKept) yield return first;
        // An extension of no block ends where its first one would be.
        if (first.Length == 0) yield break;
        await foreach (var block in Blocks(picture, cancel))
        {
            if (isKept) yield return block;
        }
    }

    private static bool IsLoop(ReadOnlySpan<byte> name) =>
        name.Length == ApplicationBytes && (name.SequenceEqual("NETSCAPE2.0"u8) || name.SequenceEqual("ANIMEXTS1.0"u8));

    /// <summary>Blocks of at most 255 bytes, up to the empty one that ends them.</summary>
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Blocks(
        PictureBytes picture, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            var length = await picture.Next(cancel);
            yield return new[] { length };
            if (length == 0) yield break;
            yield return await picture.Take(length, cancel);
        }
    }

    private static int TableBytes(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
}
