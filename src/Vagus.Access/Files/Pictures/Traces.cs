using System.Runtime.CompilerServices;

namespace Vagus.Access.Files.Pictures;

/// <summary>
/// Pictures without what their makers write beside them: place, time, camera, names, remarks, smaller copies, and whatever follows behind
/// their end. The pixels stay as they are, byte for byte, and so do colours and the way in which the picture is to be turned.
/// </summary>
internal static class Traces
{
    /// <summary>Null for what is no picture. The pieces hold until the next one is asked for.</summary>
    public static IAsyncEnumerable<ReadOnlyMemory<byte>>? LeftOut(string type, PictureBytes picture, CancellationToken cancel) =>
        type switch
        {
            FileTypes.Jpeg => ToItsEnd(JpegWithoutTraces.Read(picture, cancel), picture, cancel),
            FileTypes.Png => ToItsEnd(PngWithoutTraces.Read(picture, cancel), picture, cancel),
            FileTypes.Gif => ToItsEnd(GifWithoutTraces.Read(picture, cancel), picture, cancel),
            _ => null,
        };

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ToItsEnd(
        IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, PictureBytes picture, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var piece in pieces.WithCancellation(cancel)) yield return piece;
        await picture.Drain(cancel);
    }
}
