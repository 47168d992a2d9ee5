using System.Security.Cryptography;
using System.Text;
using Vagus.Access.Files;

namespace Vagus.Access.Tests.Files.Pictures;

/// <summary>Pictures without what their makers write beside them: the same pixels, and not one byte of a trace.</summary>
public sealed class TracesTests
{
    private const string Trace = "48.8584 N 2.2945 E";
    private static readonly byte[] Jfif = [.. "JFIF\0"u8, 1, 2, 0, 0, 1, 0, 1, 0, 0];
    private static readonly byte[] Colours = Segment(0xE2, [.. "ICC_PROFILE\0"u8, 1, 1, 7, 7]);
    private static readonly byte[] Scan = [.. Segment(0xDA, [1, 1, 0, 0, 63, 0]), 0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD3, 0x56];
    private static readonly byte[] Signature = [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A];

    private static readonly byte[] Tables =
    [
        .. Segment(0xDB, [0, .. Enumerable.Repeat((byte)1, 64)]), .. Segment(0xC0, [8, 0, 1, 0, 1, 1, 1, 0x11, 0]),
        .. Segment(0xC4, [0, 1, .. new byte[16]]),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task A_jpeg_keeps_its_pixels_its_colours_and_its_turn_and_nothing_else(int step)
    {
        byte[] taken =
        [
            0xFF, 0xD8, .. Segment(0xE0, [.. Jfif[..12], 1, 1, 9, 9, 9]), .. Segment(0xE0, [.. "JFXX\0"u8, .. Says()]),
            .. Segment(0xE1, Exif(6)), .. Segment(0xE1, Exif(8)), .. Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Says()]),
            .. Colours, .. Segment(0xE2, [.. "MPF\0"u8, .. Says()]), .. Segment(0xED, [.. "Photoshop 3.0\0"u8, .. Says()]),
            .. Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 1, .. Says()]), .. Segment(0xFE, Says()), 0xFF, .. Tables, .. Scan,
            .. Segment(0xFE, Says()), .. Scan, 0xFF, 0xD9, 0xFF, 0xD8, .. Segment(0xE1, Exif(1)), .. Says(),
        ];

        var (kept, sha) = await Through(taken, "image/jpeg", step);

        byte[] turned = [.. "Exif\0\0II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
        byte[] expected =
        [
            0xFF, 0xD8, .. Segment(0xE0, Jfif), .. Segment(0xE1, turned), .. Colours,
            .. Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 1]), .. Tables, .. Scan, .. Scan, 0xFF, 0xD9,
        ];
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(kept));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(expected)), sha);
        Assert.Equal(kept, (await Through(kept, "image/jpeg", step)).Kept);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task A_png_keeps_what_draws_it_and_its_turn(int step)
    {
        byte[] head = [.. Signature, .. Chunk("IHDR", new byte[13])];
        byte[] drawn = [.. Chunk("sRGB", [0]), .. Chunk("IDAT", new byte[40_000]), .. Chunk("IDAT", [1, 2, 3]), .. Chunk("IEND", [])];
        byte[] taken =
        [
            .. head, .. Chunk("tEXt", Says()), .. Chunk("eXIf", Exif(3)[6..]), .. Chunk("iTXt", Says()), .. Chunk("zTXt", Says()),
            .. Chunk("tIME", Says()), .. Chunk("prVt", Says()), .. drawn, .. Says(),
        ];

        var (kept, _) = await Through(taken, "image/png", step);

        byte[] turned =
        [
            0, 0, 0, 26, .. "eXIfII*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xA8, 0x1F, 0x4D,
        ];
        Assert.Equal(Convert.ToHexString([.. head, .. turned, .. drawn]), Convert.ToHexString(kept));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task A_gif_keeps_its_images_and_how_often_they_are_shown(int step)
    {
        byte[] head = [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255];
        byte[] loop = [0x21, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, 0];
        byte[] timing = [0x21, 0xF9, 4, 0, 0, 0, 0, 0];
        byte[] image = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
        byte[] taken =
        [
            .. head, 0x21, 0xFE, (byte)Trace.Length, .. Says(), 0, .. loop, 0x21, 0xFF, 11, .. "XMP DataXMP"u8, 3, 1, 2, 3, 0,
            0x21, 0x01, 1, 0, 1, 65, 0, .. timing, .. image, 0x3B, .. Says(),
        ];

        var (kept, _) = await Through(taken, "image/gif", step);

        Assert.Equal(Convert.ToHexString([.. head, .. loop, .. timing, .. image, 0x3B]), Convert.ToHexString(kept));
    }

    [Fact]
    public async Task A_picture_that_was_cut_anywhere_is_not_taken()
    {
        byte[] jpeg = [0xFF, 0xD8, .. Segment(0xE1, Exif(6)), .. Tables, .. Scan, 0xFF, 0xD9];
        byte[] png = [.. Signature, .. Chunk("IHDR", new byte[13]), .. Chunk("IDAT", [1]), .. Chunk("IEND", [])];

        foreach (var (whole, type) in new[] { (jpeg, "image/jpeg"), (png, "image/png") })
        {
            for (var length = 8; length < whole.Length; length++)
                await Assert.ThrowsAsync<InvalidDataException>(() => Through(whole[..length], type, 100_000));
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xE1, 0, 1, 0, 0 })]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xD8, 0xFF, 0xD9 })]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0x00, 0, 2, 0xFF, 0xD9 })]
    public async Task A_jpeg_whose_segments_are_none_is_not_taken(byte[] broken) =>
        await Assert.ThrowsAsync<InvalidDataException>(() => Through(broken, "image/jpeg", 100_000));

    [Fact]
    public async Task What_is_left_out_counts_against_the_limit_of_the_store()
    {
        byte[] padding = Segment(0xFE, new byte[60_000]);
        byte[] taken = [0xFF, 0xD8, .. Enumerable.Repeat(padding, 20).SelectMany(each => each), .. Tables, .. Scan, 0xFF, 0xD9];

        await Assert.ThrowsAsync<InvalidDataException>(() => Through(taken, "image/jpeg", 100_000, most: 1_000_000));
        Assert.True((await Through(taken, "image/jpeg", 100_000, most: 2_000_000)).Kept.Length < 1_000);
    }

    private static async Task<(byte[] Kept, string Sha256)> Through(byte[] taken, string type, int step, long most = 10 << 20)
    {
        using var content = new UploadedContent(new Slow(taken, step));
        Assert.Equal(type, await content.FindType(default));
        content.LeaveOutTraces(type, most, default);
        using var kept = new MemoryStream();
        await content.CopyToAsync(kept);
        Assert.Equal((kept.Length, (long)taken.Length), (content.Bytes, content.Taken));
        Assert.True(kept.ToArray().AsSpan().IndexOf(Says()) < 0);
        return (kept.ToArray(), content.Sha256());
    }

    private static byte[] Says() => Encoding.ASCII.GetBytes(Trace);

    private static byte[] Segment(byte marker, byte[] content) =>
        [0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];

    private static byte[] Chunk(string name, byte[] content) =>
        [0, 0, (byte)(content.Length >> 8), (byte)content.Length, .. Encoding.ASCII.GetBytes(name), .. content, 1, 2, 3, 4];

    /// <summary>Two tags, of which the second is the orientation, and a place behind them.</summary>
    private static byte[] Exif(byte orientation) =>
    [
        .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 2, 0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0,
        0, 0, 0, 0, .. Says(),
    ];

    /// <summary>A content that comes a few bytes at a time.</summary>
    private sealed class Slow(byte[] content, int step) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(step, buffer.Length)], cancellationToken);
    }
}
