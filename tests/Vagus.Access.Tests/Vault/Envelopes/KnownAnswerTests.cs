using System.Security.Cryptography;
using Vagus.Access.Vault;
using Vagus.Access.Vault.Envelopes;

namespace Vagus.Access.Tests.Vault.Envelopes;

public sealed class KnownAnswerTests
{
    private static readonly Vectors Known = Vectors.Frozen;

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Known.Envelopes.Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_envelope_has_the_bytes_that_another_implementation_makes(int index)
    {
        var vector = Known.Envelopes[index];
        var header = new EnvelopeHeader(Known.KeyGuid, (ContentKind)vector.Kind, (ContentPadding)vector.Padding);

        var made = SealedBytes.Seal(Known.KeyBytes, header, Known.SaltBytes, vector.Context.Place(), Vectors.Content(vector.Length));

        Assert.Equal(vector.EnvelopeLength, made.Length);
        if (vector.Envelope is { } whole) Assert.Equal(whole, Convert.ToHexStringLower(made));
        Assert.Equal(vector.Sha256, Convert.ToHexStringLower(SHA256.HashData(made)));
        Assert.Equal(Vectors.Content(vector.Length), SealedBytes.Open(Known.KeyBytes, vector.Context.Place(), made));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_stream_is_sealed_into_the_same_bytes_and_read_back(int index)
    {
        var vector = Known.Envelopes[index];
        if (vector.Padding != 0) return;
        var header = new EnvelopeHeader(Known.KeyGuid, (ContentKind)vector.Kind, ContentPadding.None);
        using var sealedTo = new MemoryStream();

        var length = await StreamSealing.Seal(
            Known.KeyBytes, header, Known.SaltBytes, vector.Context.Place(),
            new SealedCopy(new Trickle(Vectors.Content(vector.Length)), sealedTo, 1_000_000), TestContext.Current.CancellationToken);

        Assert.Equal(vector.Length, length);
        Assert.Equal(vector.Sha256, Convert.ToHexStringLower(SHA256.HashData(sealedTo.ToArray())));
        await using var opened = await OpenedStream.Open(
            Known.KeyBytes, vector.Context.Place(), sealedTo, TestContext.Current.CancellationToken);
        using var copy = new MemoryStream();
        await opened.CopyToAsync(copy, TestContext.Current.CancellationToken);
        Assert.Equal(Vectors.Content(vector.Length), copy.ToArray());
    }

    [Fact]
    public void Expand_agrees_with_the_library_where_the_library_takes_the_key()
    {
        var (key, info) = (RandomNumberGenerator.GetBytes(64), RandomNumberGenerator.GetBytes(200));
        foreach (var length in (int[])[1, 63, 64, 65, 76, 128, 500])
        {
            var output = new byte[length];
            HkdfExpand.Sha512(key, info, output);
            Assert.Equal(HKDF.Expand(HashAlgorithmName.SHA512, key, length, info), output);
        }
    }

    [Fact]
    public void Info_that_is_longer_than_the_stack_buffer_expands_as_well()
    {
        var (key, info, output) = (RandomNumberGenerator.GetBytes(64), new byte[5_000], new byte[76]);

        HkdfExpand.Sha512(key, info, output);

        Assert.Equal(HKDF.Expand(HashAlgorithmName.SHA512, key, 76, info), output);
    }

    /// <summary>Gives a few bytes at a time, as a socket does.</summary>
    private sealed class Trickle(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1_000)], cancellationToken);
    }
}
