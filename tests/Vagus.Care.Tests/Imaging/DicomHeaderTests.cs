using System.Diagnostics;
using Vagus.Care.Imaging;

namespace Vagus.Care.Tests.Imaging;

/// <summary>What the header of a DICOM file says, and what a hostile one costs.</summary>
public sealed class DicomHeaderTests
{
    private const uint Undefined = 0xFFFFFFFF;
    private const uint Item = 0xFFFEE000;
    private const uint ItemEnd = 0xFFFEE00D;
    private const uint SequenceEnd = 0xFFFEE0DD;
    private static readonly DicomFile Plain = new("1.2.3", "1.2.3.4", "1.2.3.4.5") { PatientId = "MRN-7" };

    [Theory]
    [InlineData(DicomFile.ExplicitLittle)]
    [InlineData(DicomFile.ImplicitLittle)]
    [InlineData(DicomFile.ExplicitBig)]
    [InlineData(DicomFile.Deflated)]
    [InlineData("1.2.840.10008.1.2.4.50")]
    public void The_header_is_read_in_each_encoding(string syntax) =>
        Assert.Equal(
            new DicomHeader("1.2.3", "1.2.3.4", "1.2.3.4.5", "MRN-7", "CT"), ReadDicomHeader.Of((Plain with { Syntax = syntax }).ToBytes()));

    [Fact]
    public void Sequences_before_it_are_passed_over_whatever_is_in_them()
    {
        var inside = new DicomFile.Writer(names: true, big: false);
        inside.Head(0x00080006, "SQ", Undefined);
        inside.Head(Item, "", Undefined);
        inside.Add(0x0020000D, "UI", "9.9"u8.ToArray());
        inside.Head(0x00091001, "UN", Undefined);
        inside.Head(Item, "", Undefined);
        inside.Raw(Implicit(0x0020000E, "9.9 "u8.ToArray()));
        inside.Head(ItemEnd, "", 0);
        inside.Head(SequenceEnd, "", 0);
        inside.Head(ItemEnd, "", 0);
        inside.Head(Item, "", 4);
        inside.Raw([1, 2, 3, 4]);
        inside.Head(SequenceEnd, "", 0);

        var header = ReadDicomHeader.Of((Plain with { Sequence = inside.ToBytes() }).ToBytes());

        Assert.Equal(("1.2.3", "1.2.3.4"), (header?.StudyUid, header?.SeriesUid));
    }

    [Fact]
    public void A_header_that_nests_too_deep_is_not_read()
    {
        var inside = new DicomFile.Writer(names: true, big: false);
        for (var depth = 0; depth < 1_000; depth++)
        {
            inside.Head(0x00080006, "SQ", Undefined);
            inside.Head(Item, "", Undefined);
        }

        Assert.Null(ReadDicomHeader.Of((Plain with { Sequence = inside.ToBytes() }).ToBytes()));
    }

    [Theory]
    [InlineData("1.2.3x")]
    [InlineData(".1.2")]
    [InlineData("")]
    [InlineData("1.2.3\n")]
    public void What_is_no_uid_is_not_taken_for_one(string study) =>
        Assert.Null(ReadDicomHeader.Of((Plain with { Study = study }).ToBytes()));

    [Fact]
    public void A_deflated_data_set_that_inflates_without_end_is_read_up_to_the_limit()
    {
        var inside = new DicomFile.Writer(names: true, big: false);
        inside.Add(0x00080006, "UT", new byte[50_000_000]);

        Assert.Null(ReadDicomHeader.Of((Plain with { Syntax = DicomFile.Deflated, Sequence = inside.ToBytes() }).ToBytes()));
    }

    [Fact]
    public void Bytes_that_were_changed_or_cut_are_read_or_not_and_never_cost_more_than_their_length()
    {
        var random = new Random(20261127);
        var clock = Stopwatch.StartNew();
        string[] syntaxes = [DicomFile.ExplicitLittle, DicomFile.ImplicitLittle, DicomFile.ExplicitBig, DicomFile.Deflated];
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = (Plain with { Syntax = syntaxes[round % 4], PixelBytes = 64 }).ToBytes();
            for (var change = random.Next(1, 6); change > 0; change--)
                bytes[random.Next(132, bytes.Length)] = (byte)(random.Next(3) == 0 ? 0xFF : random.Next(256));
            var cut = bytes.AsSpan(0, random.Next(bytes.Length + 1));

            var header = ReadDicomHeader.Of(cut);

            Assert.True(header is null || header.StudyUid.All(letter => letter is '.' or (>= '0' and <= '9')));
        }

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{clock.Elapsed}");
    }

    private static byte[] Implicit(uint tag, byte[] value)
    {
        var element = new DicomFile.Writer(names: false, big: false);
        element.Add(tag, "", value);
        return element.ToBytes();
    }
}
