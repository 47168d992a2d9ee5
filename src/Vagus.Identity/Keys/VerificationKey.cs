using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Vagus.Identity.Keys;

/// <summary>
/// A public key and the one algorithm it is for. The algorithm belongs to the key: what a token's header claims never chooses how it is
/// checked. Our own keys are ES256; those of other issuers may be others.
/// </summary>
internal sealed class VerificationKey
{
    public const string Es256 = "ES256";
    public const string Es384 = "ES384";
    public const string Rs256 = "RS256";
    public const string Rs384 = "RS384";
    public const string Ps256 = "PS256";
    public const int SignatureBytes = 64;
    private const int MinModulus = 256;
    private const int MaxModulus = 1024;

    private readonly Func<AsymmetricAlgorithm> open;
    private readonly int signatureBytes;
    private readonly ConcurrentBag<AsymmetricAlgorithm> idle = [];

    public VerificationKey(string kid, ECPoint point)
        : this(kid, Es256, SignatureBytes, () => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point }))
    {
    }

    private VerificationKey(string kid, string algorithm, int signatureBytes, Func<AsymmetricAlgorithm> open)
    {
        (Kid, Algorithm, this.signatureBytes, this.open) = (kid, algorithm, signatureBytes, open);
        // Throws for a point that is not on the curve.
        idle.Add(open());
    }

    public string Kid { get; }

    public string Algorithm { get; }

    public static VerificationKey OfP384(string kid, ECPoint point) =>
        new(kid, Es384, 96, () => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP384, Q = point }));

    /// <summary>Null for a key that is too short, too long or has another exponent than everybody's.</summary>
    public static VerificationKey? OfRsa(string kid, string algorithm, byte[] modulus, byte[] exponent)
    {
        if (algorithm is not (Rs256 or Rs384 or Ps256) || modulus.Length is < MinModulus or > MaxModulus || modulus[0] < 0x80) return null;
        if (!exponent.AsSpan().SequenceEqual((ReadOnlySpan<byte>)[1, 0, 1])) return null;
        var parameters = new RSAParameters { Modulus = modulus, Exponent = exponent };
        return new VerificationKey(kid, algorithm, modulus.Length, () => RSA.Create(parameters));
    }

    public bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != signatureBytes) return false;

        // These objects are not promised to be safe for concurrent use, so each check borrows one.
        if (!idle.TryTake(out var key)) key = open();
        var valid = key switch
        {
            ECDsa curve => curve.VerifyData(
                signed,
                signature,
                HashOf(Algorithm),
                DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
            RSA rsa => rsa.VerifyData(
                signed,
                signature,
                HashOf(Algorithm),
                Algorithm == Ps256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
            _ => false,
        };
        idle.Add(key);
        return valid;
    }

    private static HashAlgorithmName HashOf(string algorithm) =>
        algorithm is Es384 or Rs384 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;
}
