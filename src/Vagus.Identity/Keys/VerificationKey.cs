using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Vagus.Identity.Keys;

/// <summary>
/// A P-256 public key and the one algorithm it is for. The algorithm belongs to the key: what a token's header claims never chooses how it
/// is checked.
/// </summary>
internal sealed class VerificationKey
{
    public const string Es256 = "ES256";
    public const int SignatureBytes = 64;

    private readonly ECParameters publicKey;
    private readonly ConcurrentBag<ECDsa> idle = [];

    public VerificationKey(string kid, ECPoint point)
    {
        Kid = kid;
        publicKey = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point };
        // Throws for a point that is not on the curve.
        idle.Add(ECDsa.Create(publicKey));
    }

    public string Kid { get; }

    public string Algorithm { get; } = Es256;

    public bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureBytes) return false;

        // ECDsa objects are not promised to be safe for concurrent use, so each check borrows one.
        if (!idle.TryTake(out var key)) key = ECDsa.Create(publicKey);
        var valid = key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        idle.Add(key);
        return valid;
    }
}
