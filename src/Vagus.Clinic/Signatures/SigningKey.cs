using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Vagus.Clinic.Signatures;

/// <summary>The public half of a tenant's key, as a JSON Web Key (RFC 7517).</summary>
internal sealed record PublicKey(string Kid, string X, string Y)
{
    public string Kty { get; } = "EC";

    public string Crv { get; } = "P-256";

    public string Alg { get; } = "ES256";

    public string Use { get; } = "sig";
}

/// <summary>A tenant's key while it is used. Its id is its thumbprint (RFC 7638).</summary>
internal sealed class SigningKey(ECDsa key) : IDisposable
{
    public PublicKey Public { get; } = Describe(key.ExportParameters(includePrivateParameters: false).Q);

    public static SigningKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public static SigningKey Open(ReadOnlySpan<byte> pkcs8)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return new SigningKey(key);
    }

    public byte[] ToPkcs8() => key.ExportPkcs8PrivateKey();

    /// <summary>A JWS whose payload is left out (RFC 7515 appendix F): header, nothing, signature.</summary>
    public string SignDetached(IReadOnlyDictionary<string, object> claims, ReadOnlySpan<byte> payload)
    {
        var header = new Dictionary<string, object>(claims, StringComparer.Ordinal) { ["alg"] = Public.Alg, ["kid"] = Public.Kid };
        var head = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(header));
        var input = Encoding.ASCII.GetBytes($"{head}.{Base64Url.EncodeToString(payload)}");
        var signature = key.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{head}..{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose() => key.Dispose();

    private static PublicKey Describe(ECPoint point)
    {
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        var members = $$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""";
        return new PublicKey(Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(members))), x, y);
    }
}
