using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Vagus.Care.Imaging;

/// <summary>
/// Reads from the beginning of a DICOM file (PS3.10 §7.1: preamble, prefix, meta information, data set) where the image belongs. The
/// elements that say so are among the first, far before the pixels.
/// </summary>
internal static class ReadDicomHeader
{
    /// <summary>Bytes of a file that are looked at, and of a compressed data set once it is inflated.</summary>
    public const int LooksAt = 256 * 1024;

    private const int AfterPrefix = 132;
    private const ushort MetaGroup = 0x0002;
    private const uint MetaLength = 0x00020000;
    private const uint TransferSyntax = 0x00020010;
    private const uint Instance = 0x00080018;
    private const uint ModalityOf = 0x00080060;
    private const uint Patient = 0x00100020;
    private const uint Study = 0x0020000D;
    private const uint Series = 0x0020000E;
    private const int LongestUid = 64;
    private const int LongestText = 64;

    /// <summary>Null where the bytes do not say of which study, series and instance the file is.</summary>
    public static DicomHeader? Of(ReadOnlySpan<byte> file)
    {
        if (file.Length < AfterPrefix || !file[(AfterPrefix - 4)..].StartsWith("DICM"u8)) return null;
        if (Syntax(file, out var at) is not { } syntax) return null;
        return syntax switch
        {
            "1.2.840.10008.1.2" => Read(file[at..], DicomEncoding.ImplicitLittle),
            "1.2.840.10008.1.2.2" => Read(file[at..], DicomEncoding.ExplicitBig),
            // Deflated, and JPIP deflated (PS3.5 §A.5, §A.7).
            "1.2.840.10008.1.2.1.99" or "1.2.840.10008.1.2.4.95" => Read(Inflated(file[at..]), DicomEncoding.ExplicitLittle),
            _ => Read(file[at..], DicomEncoding.ExplicitLittle),
        };
    }

    // The group of the meta information is Explicit VR Little Endian whatever follows, and says how long it is.
    private static string? Syntax(ReadOnlySpan<byte> file, out int end)
    {
        var elements = new DicomElements(file, DicomEncoding.ExplicitLittle, AfterPrefix);
        (string? syntax, end) = (null, AfterPrefix);
        var limit = file.Length;
        while (end < limit && IsMeta(file[end..]) && elements.Next())
        {
            end = elements.At;
            if (elements.Tag == MetaLength && elements.Value.Length == sizeof(uint))
                limit = (int)Math.Min(file.Length, end + (long)BinaryPrimitives.ReadUInt32LittleEndian(elements.Value));
            else if (elements.Tag == TransferSyntax) syntax = Uid(elements.Value);
        }

        return syntax;
    }

    private static bool IsMeta(ReadOnlySpan<byte> next) =>
        next.Length >= sizeof(ushort) && BinaryPrimitives.ReadUInt16LittleEndian(next) == MetaGroup;

    private static DicomHeader? Read(ReadOnlySpan<byte> dataSet, DicomEncoding encoding)
    {
        var elements = new DicomElements(dataSet, encoding);
        string? instance = null, study = null, series = null, patient = null, modality = null;
        while (series is null && elements.Next() && elements.Tag <= Series)
        {
            switch (elements.Tag)
            {
                case Instance: instance = Uid(elements.Value); break;
                case ModalityOf: modality = Code(elements.Value); break;
                case Patient: patient = Ascii(elements.Value); break;
                case Study: study = Uid(elements.Value); break;
                case Series: series = Uid(elements.Value); break;
            }
        }

        return instance is null || study is null || series is null ? null : new DicomHeader(study, series, instance, patient, modality);
    }

    private static byte[] Inflated(ReadOnlySpan<byte> deflated)
    {
        using var source = new MemoryStream(deflated.ToArray(), writable: false);
        using var inflating = new DeflateStream(source, CompressionMode.Decompress);
        var inflated = new byte[LooksAt];
        var length = 0;
        try
        {
            // Piece by piece: the beginning of a file ends in the middle of the stream, and what came before is kept.
            while (length < inflated.Length
                && inflating.Read(inflated, length, Math.Min(4096, inflated.Length - length)) is > 0 and var read) length += read;
        }
        catch (InvalidDataException)
        {
            // No more than this can be inflated.
        }

        return inflated[..length];
    }

    // PS3.5 §9.1.
    private static string? Uid(ReadOnlySpan<byte> value) =>
        Ascii(value) is { Length: <= LongestUid } uid && char.IsAsciiDigit(uid[0]) && char.IsAsciiDigit(uid[^1])
        && uid.All(letter => char.IsAsciiDigit(letter) || letter == '.') ? uid : null;

    // A code string (PS3.5 §6.2).
    private static string? Code(ReadOnlySpan<byte> value) => Ascii(value) is { Length: <= 16 } code && code.All(IsOfCode) ? code : null;

    private static bool IsOfCode(char letter) => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter) || letter == '_';

    private static string? Ascii(ReadOnlySpan<byte> value)
    {
        var text = value.TrimEnd((byte)0).Trim((byte)' ');
        if (text.Length is 0 or > LongestText || text.ContainsAnyExceptInRange((byte)' ', (byte)'~')) return null;
        return Encoding.ASCII.GetString(text);
    }
}
