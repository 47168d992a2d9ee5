using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Vagus.Care.Imaging;

/// <summary>How the elements of a data set are written (PS3.5 §7.1, §7.3).</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DicomEncoding(bool NamesTypes, bool IsBigEndian)
{
    public static readonly DicomEncoding ExplicitLittle = new(NamesTypes: true, IsBigEndian: false);
    public static readonly DicomEncoding ImplicitLittle = new(NamesTypes: false, IsBigEndian: false);
    public static readonly DicomEncoding ExplicitBig = new(NamesTypes: true, IsBigEndian: true);
}

/// <summary>
/// The elements at the top level of a data set, one by one in the order of their tags. Sequences are passed over without recursion, up to a
/// depth. Every step goes forward by eight bytes at least and allocates nothing, so that no header costs more than its length. It ends
/// where an element reaches beyond the bytes that are there, is out of order or is not one.
/// </summary>
internal ref struct DicomElements(ReadOnlySpan<byte> bytes, DicomEncoding encoding, int at = 0)
{
    private const int DeepestNesting = 16;
    private const uint Undefined = 0xFFFFFFFF;
    private const uint Item = 0xFFFEE000;
    private const uint ItemEnd = 0xFFFEE00D;
    private const uint SequenceEnd = 0xFFFEE0DD;
    private readonly ReadOnlySpan<byte> bytes = bytes;

    // PS3.5 §6.2.2: a sequence of unknown type is written inside as Implicit VR Little Endian, from this depth on.
    private int impliedFrom = int.MaxValue;

    /// <summary>Where the next element begins.</summary>
    public int At { get; private set; } = at;

    /// <summary>The group in the upper half, the element in the lower.</summary>
    public uint Tag { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public bool Next()
    {
        var depth = 0;
        while (ReadHead(depth, out var tag, out var length, out var isUnknown))
        {
            if (tag is Item or ItemEnd or SequenceEnd)
            {
                if (depth == 0) return false;
                if (tag == SequenceEnd && --depth < impliedFrom) impliedFrom = int.MaxValue;
                if (tag == Item && length != Undefined && !Pass(length)) return false;
            }
            else if (length == Undefined)
            {
                if (++depth > DeepestNesting) return false;
                if (isUnknown && impliedFrom == int.MaxValue) impliedFrom = depth;
            }
            else
            {
                var begin = At;
                if (!Pass(length)) return false;
                if (depth > 0) continue;
                if (tag <= Tag) return false;
                Tag = tag;
                Value = bytes[begin..At];
                return true;
            }
        }

        return false;
    }

    private bool Pass(uint length)
    {
        if (length > bytes.Length - At) return false;
        At += (int)length;
        return true;
    }

    private bool ReadHead(int depth, out uint tag, out uint length, out bool isUnknown)
    {
        (tag, length, isUnknown) = (0, 0, false);
        if (bytes.Length - At < 8) return false;
        var head = bytes[At..];
        tag = ((uint)Short(head, depth) << 16) | Short(head[2..], depth);
        // Items and their ends have no type in any encoding.
        if (tag >> 16 == 0xFFFE || !NamesTypes(depth))
        {
            length = Long(head[4..], depth);
            At += 8;
            return true;
        }

        var type = head.Slice(4, 2);
        isUnknown = type.SequenceEqual("UN"u8);
        if (!IsType(type)) return false;
        if (!HasLongLength(type))
        {
            length = Short(head[6..], depth);
            At += 8;
            return true;
        }

        if (head.Length < 12) return false;
        length = Long(head[8..], depth);
        At += 12;
        return true;
    }

    private readonly bool NamesTypes(int depth) => encoding.NamesTypes && depth < impliedFrom;

    private readonly bool IsBigEndian(int depth) => encoding.IsBigEndian && depth < impliedFrom;

    private readonly ushort Short(ReadOnlySpan<byte> from, int depth) =>
        IsBigEndian(depth) ? BinaryPrimitives.ReadUInt16BigEndian(from) : BinaryPrimitives.ReadUInt16LittleEndian(from);

    private readonly uint Long(ReadOnlySpan<byte> from, int depth) =>
        IsBigEndian(depth) ? BinaryPrimitives.ReadUInt32BigEndian(from) : BinaryPrimitives.ReadUInt32LittleEndian(from);

    private static bool IsType(ReadOnlySpan<byte> type) => char.IsAsciiLetterUpper((char)type[0]) && char.IsAsciiLetterUpper((char)type[1]);

    // PS3.5, table 7.1-1.
    private static bool HasLongLength(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("OB"u8) || type.SequenceEqual("OD"u8) || type.SequenceEqual("OF"u8) || type.SequenceEqual("OL"u8)
        || type.SequenceEqual("OV"u8) || type.SequenceEqual("OW"u8) || type.SequenceEqual("SQ"u8) || type.SequenceEqual("SV"u8)
        || type.SequenceEqual("UC"u8) || type.SequenceEqual("UN"u8) || type.SequenceEqual("UR"u8) || type.SequenceEqual("UT"u8)
        || type.SequenceEqual("UV"u8);
}
