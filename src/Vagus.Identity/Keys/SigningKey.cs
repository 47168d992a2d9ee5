using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Vagus.Identity.Keys;

/// <summary>Where a signing key is in its life. It only ever moves forward.</summary>
internal enum KeyState
{
    /// <summary>Published, not used yet: verifiers have time to fetch it.</summary>
    Next,

    /// <summary>Signs. Exactly one key is active.</summary>
    Active,

    /// <summary>Signs no more, still verifies until its last token has run out.</summary>
    Retired,
}

/// <summary>A P-256 key pair of our own; its id is its RFC 7638 thumbprint.</summary>
internal sealed class SigningKey
{
    private readonly ECDsa privateKey;
    private readonly Lock signing = new();

    private SigningKey(ECDsa privateKey)
    {
        this.privateKey = privateKey;
        Point = privateKey.ExportParameters(includePrivateParameters: false).Q;
        Kid = ThumbprintOf(Point);
        Verification = new VerificationKey(Kid, Point);
    }

    public string Kid { get; }

    public ECPoint Point { get; }

    public VerificationKey Verification { get; }

    public static SigningKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public static SigningKey FromPkcs8(ReadOnlySpan<byte> pkcs8)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return new SigningKey(key);
    }

    public byte[] ToPkcs8() => privateKey.ExportPkcs8PrivateKey();

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        lock (signing)
        {
            return privateKey.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    /// <summary>RFC 7638: SHA-256 of the required members in lexical order, without white space.</summary>
    public static string ThumbprintOf(ECPoint point)
    {
        var canonical =
            $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
    }
}
