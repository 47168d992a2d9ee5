using System.Buffers.Binary;
using System.Text;

namespace Vagus.Demo.Synthetic;

/// <summary>
/// The smallest file that tells which image it is (DICOM PS3.10): preamble, prefix, meta information, and the identifiers of image, study
/// and series. It has no pixels.
/// </summary>
internal static class DicomFile
{
    private const string ExplicitLittleEndian = "1.2.840.10008.1.2.1";

    public static byte[] Of(string sopClass, string instance, string study, string series, string modality)
    {
        byte[] meta =
        [
            .. Element(0x0002, 0x0002, "UI", sopClass), .. Element(0x0002, 0x0003, "UI", instance),
            .. Element(0x0002, 0x0010, "UI", ExplicitLittleEndian), .. Element(0x0002, 0x0012, "UI", "2.25.1"),
        ];
        var length = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)meta.Length);
        return
        [
            .. new byte[128], .. "DICM"u8, .. Element(0x0002, 0x0000, "UL", length), .. meta,
            .. Element(0x0008, 0x0016, "UI", sopClass), .. Element(0x0008, 0x0018, "UI", instance),
            .. Element(0x0008, 0x0060, "CS", modality), .. Element(0x0020, 0x000D, "UI", study), .. Element(0x0020, 0x000E, "UI", series),
        ];
    }

    // PS3.5 §6.2: values have an even length; identifiers are padded with a zero byte, other texts with a space.
    private static byte[] Element(ushort group, ushort number, string kind, string value)
    {
        var text = value.Length % 2 == 0 ? value : value + (kind == "UI" ? '\0' : ' ');
        return Element(group, number, kind, Encoding.ASCII.GetBytes(text));
    }

    private static byte[] Element(ushort group, ushort number, string kind, byte[] value)
    {
        var head = new byte[8];
        BinaryPrimitives.WriteUInt16LittleEndian(head, group);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(2), number);
        Encoding.ASCII.GetBytes(kind, head.AsSpan(4));
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(6), (ushort)value.Length);
        return [.. head, .. value];
    }
}
