using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Vagus.Identity.Keys;

namespace Vagus.Identity.Tests.Tokens;

/// <summary>ES256 as such: the example of RFC 7515, and signatures at the edges where verifiers have failed.</summary>
public sealed class SignatureVectorTests
{
    private static readonly byte[] Order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
    private static readonly byte[] One = [.. new byte[31], 1];
    private static readonly byte[] Zero = new byte[32];
    private static readonly byte[] Message = Encoding.ASCII.GetBytes("a.b");

    [Fact]
    public void The_example_of_RFC_7515_verifies()
    {
        const string signed =
            "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        const string signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        var key = new VerificationKey("k", new ECPoint
        {
            X = Base64Url.DecodeFromChars("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
            Y = Base64Url.DecodeFromChars("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
        });

        Assert.True(key.Verifies(Encoding.ASCII.GetBytes(signed), Base64Url.DecodeFromChars(signature)));
        Assert.False(key.Verifies(Encoding.ASCII.GetBytes(signed + "A"), Base64Url.DecodeFromChars(signature)));
    }

    [Fact]
    public void The_thumbprint_is_that_of_RFC_7638()
    {
        // Computed independently: SHA-256 of {"crv":"P-256","kty":"EC","x":…,"y":…}.
        var point = new ECPoint
        {
            X = Base64Url.DecodeFromChars("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
            Y = Base64Url.DecodeFromChars("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
        };

        Assert.Equal("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U", SigningKey.ThumbprintOf(point));
    }

    [Fact]
    public void A_point_off_the_curve_is_no_key()
    {
        var point = new ECPoint { X = One, Y = One };

        Assert.ThrowsAny<CryptographicException>(() => new VerificationKey("k", point));
    }

    [Fact]
    public void Zero_the_order_and_more_are_no_signature_values()
    {
        var good = TokenForge.Key.Sign(Message);
        byte[][] values = [Zero, Order, [.. Enumerable.Repeat((byte)0xFF, 32)]];

        foreach (var value in values)
        {
            Refused([.. value, .. good[32..]]);
            Refused([.. good[..32], .. value]);
            Refused([.. value, .. value]);
            Refused([.. One, .. value]);
            Refused([.. value, .. One]);
        }
    }

    [Fact]
    public void Only_the_fixed_64_bytes_are_a_signature()
    {
        var good = TokenForge.Key.Sign(Message);
        var der = AsDer(good);

        Assert.True(TokenForge.Key.Verification.Verifies(Message, good));
        Refused([]);
        Refused(good[..63]);
        Refused([.. good, 0]);
        Refused([0, .. good]);
        Refused(der);
        Refused([.. good[32..], .. good[..32]]);
    }

    private static void Refused(byte[] signature) => Assert.False(TokenForge.Key.Verification.Verifies(Message, signature));

    private static byte[] AsDer(byte[] fixedField)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Trimmed(fixedField[..32]));
            writer.WriteIntegerUnsigned(Trimmed(fixedField[32..]));
        }

        return writer.Encode();
    }

    private static byte[] Trimmed(byte[] number) => [.. number.SkipWhile(b => b == 0)];
}
