using System.Buffers.Binary;

namespace Vagus.Access.Files.Pictures;

/// <summary>
/// How a picture is to be turned before it is shown: one of the eight values of Exif's tag 0x0112 (CIPA DC-008, 4.6.4). Cameras store what
/// their sensor saw and leave the turning to who shows it, so this one tag stays where all others go.
/// </summary>
internal static class Orientation
{
    private const ushort Tag = 0x0112;
    private const ushort Short = 3;
    private const int EntryBytes = 12;

    /// <summary>Null where nothing is to be turned, or nothing sensible is said.</summary>
    /// <param name="tiff">The block that Exif keeps its tags in, from its byte order on.</param>
    public static byte? Of(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8) return null;
        var little = tiff.StartsWith("II*\0"u8);
        if (!little && !tiff.StartsWith("MM\0*"u8)) return null;
        var directory = Long(tiff[4..], little);
        if (directory > tiff.Length - 2) return null;
        var entries = tiff[(int)directory..];
        var count = Word(entries, little);
        for (var number = 0; number < count && entries.Length >= 2 + ((number + 1) * EntryBytes); number++)
        {
            var entry = entries[(2 + (number * EntryBytes))..];
            if (Word(entry, little) == Tag && Word(entry[2..], little) == Short)
                return Word(entry[8..], little) is > 1 and <= 8 and var value ? (byte)value : null;
        }

        return null;
    }

    /// <summary>A block that says this and nothing else.</summary>
    public static byte[] Tiff(byte orientation) =>
    [
        (byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0,
        1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0,
        0, 0, 0, 0,
    ];

    private static ushort Word(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint Long(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
