using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Vagus.Care.Tests.Imaging;

/// <summary>DICOM files as modalities write them (PS3.10), in each encoding of the data set.</summary>
internal sealed record DicomFile(string Study, string Series, string Instance)
{
    public const string ExplicitLittle = "1.2.840.10008.1.2.1";
    public const string ImplicitLittle = "1.2.840.10008.1.2";
    public const string ExplicitBig = "1.2.840.10008.1.2.2";
    public const string Deflated = "1.2.840.10008.1.2.1.99";

    public string Syntax { get; init; } = ExplicitLittle;

    public string? PatientId { get; init; }

    public string Modality { get; init; } = "CT";

    /// <summary>Written among the elements of group 0008, before the UIDs that are looked for.</summary>
    public byte[] Sequence { get; init; } = [];

    public int PixelBytes { get; init; } = 2_000;

    public byte[] ToBytes()
    {
        var meta = new Writer(names: true, big: false);
        meta.Add(0x00020001, "OB", [0, 1]);
        meta.Add(0x00020010, "UI", Uid(Syntax));
        var data = new Writer(names: Syntax != ImplicitLittle, big: Syntax == ExplicitBig);
        if (Sequence.Length > 0) data.Raw(Sequence);
        data.Add(0x00080018, "UI", Uid(Instance));
        data.Add(0x00080060, "CS", Even(Modality, ' '));
        if (PatientId is not null) data.Add(0x00100020, "LO", Even(PatientId, ' '));
        data.Add(0x0020000D, "UI", Uid(Study));
        data.Add(0x0020000E, "UI", Uid(Series));
        data.Add(0x7FE00010, "OW", new byte[PixelBytes]);
        var length = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)meta.ToBytes().Length);
        var head = new Writer(names: true, big: false);
        head.Add(0x00020000, "UL", length);
        return
        [
            .. new byte[128], .. "DICM"u8, .. head.ToBytes(), .. meta.ToBytes(),
            .. Syntax == Deflated ? Deflate(data.ToBytes()) : data.ToBytes(),
        ];
    }

    private static byte[] Uid(string uid) => Even(uid, '\0');

    private static byte[] Even(string text, char filler) => Encoding.ASCII.GetBytes(text.Length % 2 == 0 ? text : text + filler);

    private static byte[] Deflate(byte[] bytes)
    {
        using var deflated = new MemoryStream();
        using (var deflating = new DeflateStream(deflated, CompressionMode.Compress)) deflating.Write(bytes);
        return deflated.ToArray();
    }

    /// <summary>Elements after each other.</summary>
    internal sealed class Writer(bool names, bool big)
    {
        private static readonly HashSet<string> Long = ["OB", "OW", "SQ", "UN", "UT"];
        private readonly List<byte> bytes = [];

        public byte[] ToBytes() => [.. bytes];

        public void Raw(byte[] raw) => bytes.AddRange(raw);

        public void Add(uint tag, string type, byte[] value)
        {
            Head(tag, type, (uint)value.Length);
            bytes.AddRange(value);
        }

        /// <summary>A head whose value follows; the length may be undefined.</summary>
        public void Head(uint tag, string type, uint length)
        {
            Short((ushort)(tag >> 16));
            Short((ushort)tag);
            if (names && tag >> 16 != 0xFFFE)
            {
                bytes.AddRange(Encoding.ASCII.GetBytes(type));
                if (!Long.Contains(type))
                {
                    Short((ushort)length);
                    return;
                }

                Short(0);
            }

            var four = new byte[4];
            if (big) BinaryPrimitives.WriteUInt32BigEndian(four, length);
            else BinaryPrimitives.WriteUInt32LittleEndian(four, length);
            bytes.AddRange(four);
        }

        private void Short(ushort value)
        {
            var two = new byte[2];
            if (big) BinaryPrimitives.WriteUInt16BigEndian(two, value);
            else BinaryPrimitives.WriteUInt16LittleEndian(two, value);
            bytes.AddRange(two);
        }
    }
}
