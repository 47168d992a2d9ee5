using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Vagus.Testing;

/// <summary>The part of a browser that subscribes to push messages and opens them (RFC 8291, aes128gcm of RFC 8188).</summary>
public sealed class Browser : IDisposable
{
    private const int SaltBytes = 16;
    private readonly ECDiffieHellman key;
    private readonly byte[] auth;

    public Browser()
        : this(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), RandomNumberGenerator.GetBytes(16))
    {
    }

    private Browser(ECDiffieHellman key, byte[] auth) => (this.key, this.auth) = (key, auth);

    public byte[] PublicKey
    {
        get
        {
            var point = key.ExportParameters(includePrivateParameters: false).Q;
            return [4, .. point.X!, .. point.Y!];
        }
    }

    public static Browser Of(string privateKey, string publicKey, string auth)
    {
        var point = Base64Url.DecodeFromChars(publicKey);
        return new Browser(
            ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                D = Base64Url.DecodeFromChars(privateKey),
                Q = new ECPoint { X = point[1..33], Y = point[33..] },
            }),
            Base64Url.DecodeFromChars(auth));
    }

    /// <summary>What <c>PushSubscription.toJSON()</c> gives.</summary>
    public object Subscription(Uri endpoint) => new
    {
        endpoint = endpoint.ToString(),
        expirationTime = (long?)null,
        keys = new { p256dh = Base64Url.EncodeToString(PublicKey), auth = Base64Url.EncodeToString(auth) },
    };

    public JsonElement Opened(byte[] body) => JsonElement.Parse(Open(body));

    public string Open(byte[] body)
    {
        var salt = body[..SaltBytes];
        var recordSize = BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(SaltBytes));
        var idLength = body[SaltBytes + 4];
        var sender = body[(SaltBytes + 5)..(SaltBytes + 5 + idLength)];
        var record = body[(SaltBytes + 5 + idLength)..];
        Assert.True(record.Length <= recordSize, "One record holds all of it.");

        using var other = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = sender[1..33], Y = sender[33..] },
        });
        var shared = key.DeriveRawSecretAgreement(other.PublicKey);
        byte[] info = [.. "WebPush: info\0"u8, .. PublicKey, .. sender];
        var input = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, auth, info);
        var content = HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 16, salt, "Content-Encoding: aes128gcm\0"u8.ToArray());
        var nonce = HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 12, salt, "Content-Encoding: nonce\0"u8.ToArray());
        var plain = new byte[record.Length - 16];
        using var gcm = new AesGcm(content, 16);
        gcm.Decrypt(nonce, record.AsSpan(0, plain.Length), record.AsSpan(plain.Length), plain);
        // RFC 8188 §2: 2 ends the last record; zeros may follow it.
        var end = Array.FindLastIndex(plain, each => each != 0);
        Assert.Equal(2, plain[end]);
        return Encoding.UTF8.GetString(plain, 0, end);
    }

    public void Dispose() => key.Dispose();
}
