using System.Text;

namespace Vagus.Access.Files;

/// <summary>
/// What a content is, by its first bytes: names and declared types are the sender's word. A content that is none of these is taken by no
/// store, HTML, SVG and programs among them.
/// </summary>
internal static class FileTypes
{
    public const string Jpeg = "image/jpeg";
    public const string Png = "image/png";
    public const string Gif = "image/gif";
    public const string Tiff = "image/tiff";
    public const string Pdf = "application/pdf";
    public const string Dicom = "application/dicom";
    public const string Doc = "application/msword";

    /// <summary>Known to be refused by name: no store takes it.</summary>
    public const string Heic = "image/heic";

    public const string Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    /// <summary>Bytes that are looked at.</summary>
    public const int LookedAt = 16 * 1024;

    // PS3.10, 7.1: 128 bytes of preamble, which may be anything, a program's head too; so this is asked last.
    private const int DicomPreamble = 128;

    // The first sector of a compound file [MS-CFB 2.2]; Word puts its stream there, which begins with the FIB [MS-DOC 2.5.1].
    private const int FirstSector = 512;

    /// <summary>Null where it is none of the types.</summary>
    public static string? Of(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return Jpeg;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A])) return Png;
        if (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8)) return Gif;
        if (head.StartsWith("%PDF-"u8)) return Pdf;
        if (head.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])) return IsWord(head) ? Doc : null;
        if (head.StartsWith("PK\u0003\u0004"u8)) return IsWordPackage(head) ? Docx : null;
        if (IsHeic(head)) return Heic;
        if (IsDicom(head)) return Dicom;
        return head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8) ? Tiff : null;
    }

    /// <summary>True where what the sender declared says the same, or nothing.</summary>
    public static bool Agrees(string? declared, string found) =>
        declared is null or "" or "application/octet-stream" || string.Equals(declared, found, StringComparison.OrdinalIgnoreCase);

    // ISO/IEC 23008-12: a box "ftyp" that names a brand of HEIF, whose pictures are coded as HEVC.
    private static bool IsHeic(ReadOnlySpan<byte> head) =>
        head.Length >= 12 && head[4..].StartsWith("ftyp"u8)
        && Encoding.Latin1.GetString(head.Slice(8, 4)) is "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" or "mif1" or "msf1";

    // A preamble may be a TIFF's head (PS3.10, 7.1) or zero; anything else, such as a program's, is refused.
    private static bool IsDicom(ReadOnlySpan<byte> head)
    {
        if (head.Length < DicomPreamble + 4 || !head[DicomPreamble..].StartsWith("DICM"u8)) return false;
        var preamble = head[..DicomPreamble];
        return preamble.StartsWith("II*\0"u8) || preamble.StartsWith("MM\0*"u8) || !preamble.ContainsAnyExcept((byte)0);
    }

    private static bool IsWord(ReadOnlySpan<byte> head) =>
        head.Length > FirstSector + 2 && head[FirstSector..].StartsWith((ReadOnlySpan<byte>)[0xEC, 0xA5])
        || head.IndexOf(Encoding.Unicode.GetBytes("WordDocument")) > 0;

    // Entries of a ZIP in their order: Office writes the list of types first. A package with macros names their part.
    private static bool IsWordPackage(ReadOnlySpan<byte> head) =>
        head.IndexOf("[Content_Types].xml"u8) > 0 && head.IndexOf("word/"u8) > 0 && head.IndexOf("vbaProject"u8) < 0;
}
