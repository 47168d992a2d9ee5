using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Vagus.Access.Files.Pictures;

/// <summary>
/// A JPEG (ITU-T T.81, annex B) with the segments that decode it, its colour profile and its orientation. All other segments of
/// applications and all comments are left out, also those between scans.
/// </summary>
internal static class JpegWithoutTraces
{
    private const byte Mark = 0xFF;
    private const byte Start = 0xD8;
    private const byte End = 0xD9;
    private const byte Scan = 0xDA;
    private const byte App0 = 0xE0;
    private const byte App1 = 0xE1;
    private const byte App2 = 0xE2;
    private const byte App14 = 0xEE;

    // Adobe's segment says how colours are to be understood in its first bytes.
    private const int AdobeBytes = 12;
    private const int JfifBytes = 14;

    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> Read(
        PictureBytes picture, [EnumeratorCancellation] CancellationToken cancel)
    {
        var isTurned = false;
        yield return await picture.Take(2, cancel);
        while (true)
        {
            var marker = await Marker(picture, cancel);
            if (marker == End) break;
            var length = BinaryPrimitives.ReadUInt16BigEndian(await picture.Take(2, cancel));
            if (length < 2) throw new InvalidDataException("A segment of the picture is shorter than its length.");
            var content = await picture.Take(length - 2, cancel);
            if (marker == App1 && !isTurned && Turn(content) is { } turn)
            {
                isTurned = true;
                yield return Segment(App1, turn);
            }

            if (Kept(marker, content) is { } kept) yield return Segment(marker, kept);
            if (marker != Scan) continue;
            await foreach (var piece in Pixels(picture, cancel)) yield return piece;
        }

        yield return new byte[] { Mark, End };
    }

    /// <summary>The coded pixels, up to a marker that is none of theirs: 0xFF is followed by zero, or by a restart.</summary>
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pixels(
        PictureBytes picture, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            var coded = await picture.Before(Mark, cancel);
            if (coded.Length > 0)
            {
                yield return coded;
                continue;
            }

            if (await picture.Behind(Mark, cancel) is not (0 or (>= 0xD0 and <= 0xD7))) yield break;
            yield return await picture.Take(2, cancel);
        }
    }

    private static async ValueTask<byte> Marker(PictureBytes picture, CancellationToken cancel)
    {
        if (await picture.Next(cancel) != Mark) throw new InvalidDataException("A marker of the picture is missing.");
        byte marker;
        do marker = await picture.Next(cancel);
        while (marker == Mark);
        return marker is 0 or Start ? throw new InvalidDataException("A marker of the picture is none.") : marker;
    }

    private static byte[]? Turn(ReadOnlySpan<byte> content) =>
        content.StartsWith("Exif\0\0"u8) && Orientation.Of(content[6..]) is { } orientation
            ? [.. "Exif\0\0"u8, .. Orientation.Tiff(orientation)] : null;

    /// <summary>Null where the segment is left out.</summary>
    private static byte[]? Kept(byte marker, byte[] content) => marker switch
    {
        // Frames, tables of codes and of quantization, scans and how they are divided.
        (>= 0xC0 and <= 0xCF) or Scan or 0xDB or 0xDC or 0xDD or 0xDE or 0xDF => content,
        // Without its small copy of the picture.
        App0 when content.AsSpan().StartsWith("JFIF\0"u8) && content.Length >= JfifBytes => [.. content.AsSpan(0, JfifBytes - 2), 0, 0],
        App2 when content.AsSpan().StartsWith("ICC_PROFILE\0"u8) => content,
        App14 when content.AsSpan().StartsWith("Adobe"u8) && content.Length >= AdobeBytes => content[..AdobeBytes],
        _ => null,
    };

    private static byte[] Segment(byte marker, byte[] content)
    {
        var length = content.Length + 2;
        return [Mark, marker, (byte)(length >> 8), (byte)length, .. content];
    }
}
