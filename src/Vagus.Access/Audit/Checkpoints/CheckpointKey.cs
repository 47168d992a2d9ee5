using System.Security.Cryptography;
using System.Text;

namespace Vagus.Access.Audit.Checkpoints;

/// <summary>A key that signs checkpoints: ECDSA P-256 with SHA-256, type 0x02 of C2SP signed-note.</summary>
internal sealed class CheckpointKey
{
    public const string Name = "vagus/audit";
    private const byte Ecdsa = 2;
    private const int IdBytes = 4;
    private readonly ECDsa privateKey;
    private readonly Lock signing = new();

    private CheckpointKey(ECDsa privateKey)
    {
        this.privateKey = privateKey;
        PublicKey = privateKey.ExportSubjectPublicKeyInfo();
        Id = Convert.ToHexStringLower(IdOf(PublicKey));
    }

    /// <summary>Eight hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public byte[] PublicKey { get; }

    public static CheckpointKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public static CheckpointKey FromPkcs8(ReadOnlySpan<byte> pkcs8)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return new CheckpointKey(key);
    }

    public byte[] ToPkcs8() => privateKey.ExportPkcs8PrivateKey();

    /// <summary>The line of a signed note, its newline included.</summary>
    public string SignatureLine(string text)
    {
        byte[] signature;
        lock (signing)
        {
            signature = privateKey.SignData(
                Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }

        return $"— {Name} {Convert.ToBase64String([.. IdOf(PublicKey), .. signature])}\n";
    }

    /// <summary>A public key as verifiers are given it: <c>name+id+base64(type | key)</c> (signed-note's verifier keys).</summary>
    public static string VerifierKey(byte[] publicKey) =>
        $"{Name}+{Convert.ToHexStringLower(IdOf(publicKey))}+{Convert.ToBase64String([Ecdsa, .. publicKey])}";

    // signed-note: the key id of an ECDSA key depends on the key alone.
    private static byte[] IdOf(byte[] publicKey) => SHA256.HashData(publicKey)[..IdBytes];
}
