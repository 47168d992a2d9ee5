using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Vagus.Identity.Tests.SecondFactors;

/// <summary>An authenticator in software (WebAuthn Level 2, 6): one ES256 credential, and switches for what may be wrong with it.</summary>
internal sealed class SoftAuthenticator : IDisposable
{
    private const byte UserPresent = 0x01;
    private const byte UserVerified = 0x04;
    private const byte AttestedCredential = 0x40;
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] id = RandomNumberGenerator.GetBytes(32);
    private byte[] handle = [];

    public string Origin { get; init; } = "http://localhost:3000";

    public string? RelyingParty { get; init; }

    public bool VerifiesUser { get; set; } = true;

    public uint Count { get; set; } = 1;

    public object Register(JsonElement options)
    {
        var relyingParty = RelyingParty ?? options.GetProperty("rp").GetProperty("id").GetString()!;
        handle = Base64Url.DecodeFromChars(options.GetProperty("user").GetProperty("id").GetString()!);
        byte[] data = [.. Head(relyingParty, AttestedCredential), .. new byte[16], .. Length(id.Length), .. id, .. PublicKey()];
        var attestation = new CborWriter(CborConformanceMode.Ctap2Canonical);
        attestation.WriteStartMap(3);
        attestation.WriteTextString("fmt");
        attestation.WriteTextString("none");
        attestation.WriteTextString("attStmt");
        attestation.WriteStartMap(0);
        attestation.WriteEndMap();
        attestation.WriteTextString("authData");
        attestation.WriteByteString(data);
        attestation.WriteEndMap();
        var response = new
        {
            clientDataJSON = Encode(ClientData("webauthn.create", options)),
            attestationObject = Encode(attestation.Encode()),
            transports = new[] { "internal" },
        };
        return new { id = Encode(id), rawId = Encode(id), type = "public-key", response, clientExtensionResults = new { } };
    }

    public object Sign(JsonElement options)
    {
        Count++;
        var client = ClientData("webauthn.get", options);
        var data = Head(RelyingParty ?? options.GetProperty("rpId").GetString()!, 0);
        var signature = key.SignData(
            [.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var response = new
        {
            clientDataJSON = Encode(client), authenticatorData = Encode(data), signature = Encode(signature), userHandle = Encode(handle),
        };
        return new { id = Encode(id), rawId = Encode(id), type = "public-key", response, clientExtensionResults = new { } };
    }

    public void Dispose() => key.Dispose();

    private byte[] ClientData(string type, JsonElement options)
    {
        var challenge = options.GetProperty("challenge").GetString();
        return Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { type, challenge, origin = Origin, crossOrigin = false }));
    }

    private byte[] Head(string relyingParty, byte more)
    {
        var flags = (byte)(UserPresent | (VerifiesUser ? UserVerified : 0) | more);
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, Count);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(relyingParty)), flags, .. count];
    }

    private byte[] PublicKey()
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var cose = new CborWriter(CborConformanceMode.Ctap2Canonical);
        cose.WriteStartMap(5);
        cose.WriteInt32(1);
        cose.WriteInt32(2);
        cose.WriteInt32(3);
        cose.WriteInt32(-7);
        cose.WriteInt32(-1);
        cose.WriteInt32(1);
        cose.WriteInt32(-2);
        cose.WriteByteString(point.X!);
        cose.WriteInt32(-3);
        cose.WriteByteString(point.Y!);
        cose.WriteEndMap();
        return cose.Encode();
    }

    private static byte[] Length(int length) => [(byte)(length >> 8), (byte)length];

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
