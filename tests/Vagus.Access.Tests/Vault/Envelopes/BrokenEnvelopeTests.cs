using Vagus.Access.Vault;
using Vagus.Access.Vault.Envelopes;
using Vagus.Kernel;

namespace Vagus.Access.Tests.Vault.Envelopes;

public sealed class BrokenEnvelopeTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(at => (byte)at)];
    private static readonly byte[] Salt = new byte[24];

    private static readonly SealContext Place =
        new(new TenantId("harbor"), "Communication", "m-1", "payload.content") { Thread = "t-1", Sequence = 5 };

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        var good = Made(300);
        for (var at = 0; at < good.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var bad = (byte[])good.Clone();
                bad[at] ^= (byte)(1 << bit);
                Assert.Throws<SealBrokenException>(() => SealedBytes.Open(Key, Place, bad));
            }
        }
    }

    [Fact]
    public void Every_length_that_an_envelope_is_cut_to_is_noticed()
    {
        var good = Made(700);
        for (var length = 0; length < good.Length; length++)
            Assert.Throws<SealBrokenException>(() => SealedBytes.Open(Key, Place, good.AsSpan(0, length)));
    }

    [Theory]
    [InlineData(16384)]
    [InlineData(32768)]
    [InlineData(50_000)]
    public async Task A_cut_at_and_beside_every_border_of_a_chunk_is_noticed_before_a_byte_is_read(int contentLength)
    {
        var good = Made(contentLength);
        for (var border = Envelope.PrefixBytes; border < good.Length; border += Envelope.SealedChunkBytes)
        {
            foreach (var cut in (int[])[border - 1, border, border + 1, border + 15, border + 16, border + 17])
            {
                if (cut >= good.Length || cut < 0) continue;
                Assert.Throws<SealBrokenException>(() => SealedBytes.Open(Key, Place, good.AsSpan(0, cut)));
                using var stream = new MemoryStream(good[..cut]);
                await Assert.ThrowsAsync<SealBrokenException>(async () => await Opened(stream));
            }
        }
    }

    [Fact]
    public void A_longer_envelope_is_noticed()
    {
        var good = Made(300);

        Assert.Throws<SealBrokenException>(() => SealedBytes.Open(Key, Place, [.. good, 0]));
        Assert.Throws<SealBrokenException>(() => SealedBytes.Open(Key, Place, [.. good, .. good[^16..]]));
    }

    [Fact]
    public void Chunks_that_changed_places_are_noticed()
    {
        var bad = Made(50_000);
        var (first, second) = (Envelope.PrefixBytes, Envelope.PrefixBytes + Envelope.SealedChunkBytes);
        var kept = bad[first..second];
        bad.AsSpan(second, Envelope.SealedChunkBytes).CopyTo(bad.AsSpan(first));
        kept.CopyTo(bad.AsSpan(second));

        Assert.Equal(SealFault.Authentication, Fault(() => SealedBytes.Open(Key, Place, bad)));
    }

    [Fact]
    public void Content_opens_in_its_own_place_only()
    {
        var good = Made(40);
        SealContext[] others =
        [
            Place with { Tenant = new TenantId("ridgeview") }, Place with { ResourceType = "Observation" },
            Place with { LogicalId = "m-2" },
            Place with { FieldPath = "payload" }, Place with { Thread = "t-2" }, Place with { Thread = "" }, Place with { Sequence = 6 },
            Place with { Sequence = null }, Place with { ResourceType = "Communicatio", LogicalId = "nm-1" },
        ];

        Assert.Equal(40, SealedBytes.Open(Key, Place, good).Length);
        Assert.All(others, other => Assert.Equal(SealFault.Commitment, Fault(() => SealedBytes.Open(Key, other, good))));
    }

    [Fact]
    public void Another_key_is_noticed_by_the_commitment()
    {
        var good = Made(40);

        Assert.Equal(SealFault.Commitment, Fault(() => SealedBytes.Open([.. Key[..31], 99], Place, good)));
    }

    [Theory]
    [InlineData(0, 0x44)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 0)]
    [InlineData(4, 5)]
    [InlineData(5, 2)]
    [InlineData(6, 1)]
    [InlineData(7, 0x80)]
    public void A_header_that_this_version_does_not_write_is_refused_as_such(int at, byte value)
    {
        var bad = Made(40);
        bad[at] = value;

        Assert.Equal(SealFault.Format, Fault(() => SealedBytes.Open(Key, Place, bad)));
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(16380, 10)]
    [InlineData(16384, 16384)]
    [InlineData(49_990, 10)]
    [InlineData(49_999, 100)]
    [InlineData(50_000, 100)]
    public async Task Any_range_is_read_with_the_chunks_that_it_touches(int from, int count)
    {
        using var counted = new CountedStream(Made(50_000));
        await using var opened = await Opened(counted);
        counted.BytesRead = 0;
        opened.Position = from;
        var buffer = new byte[count];

        var read = await opened.ReadAtLeastAsync(buffer, count, throwOnEndOfStream: false, TestContext.Current.CancellationToken);

        Assert.Equal(Vectors.Content(50_000).Skip(from).Take(count), buffer.Take(read));
        Assert.InRange(counted.BytesRead, 0, 2 * Envelope.SealedChunkBytes);
    }

    [Fact]
    public async Task A_chunk_that_was_changed_ends_the_reading_and_none_of_it_is_given_out()
    {
        var bad = Made(50_000);
        bad[Envelope.PrefixBytes + Envelope.SealedChunkBytes + 7] ^= 1;
        using var stream = new MemoryStream(bad);
        await using var opened = await Opened(stream);
        var buffer = new byte[50_000];

        await opened.ReadExactlyAsync(buffer.AsMemory(0, Envelope.ChunkBytes), TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<SealBrokenException>(
            async () => await opened.ReadExactlyAsync(buffer.AsMemory(0, 1), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Content_that_is_longer_than_allowed_is_not_sealed()
    {
        using var output = new MemoryStream();

        await Assert.ThrowsAsync<InvalidDataException>(async () => await StreamSealing.Seal(
            Key, Header, Salt, Place, new SealedCopy(new MemoryStream(new byte[20_000]), output, 19_999),
            TestContext.Current.CancellationToken));
    }

    private static readonly EnvelopeHeader Header = new(default, ContentKind.Binary, ContentPadding.None);

    private static byte[] Made(int length) => SealedBytes.Seal(Key, Header, Salt, Place, Vectors.Content(length));

    private static async Task<OpenedStream> Opened(Stream envelope) =>
        await OpenedStream.Open(Key, Place, envelope, TestContext.Current.CancellationToken);

    private static SealFault Fault(Action open) => Assert.Throws<SealBrokenException>(open).Fault;

    private sealed class CountedStream(byte[] content) : MemoryStream(content)
    {
        public long BytesRead { get; set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            BytesRead += read;
            return read;
        }
    }
}
