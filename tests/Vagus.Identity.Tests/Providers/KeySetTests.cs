using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Vagus.Identity.Keys;
using Vagus.Identity.Providers;

namespace Vagus.Identity.Tests.Providers;

public sealed class KeySetTests
{
    [Theory]
    [InlineData("nistP256", "P-256", "ES256")]
    [InlineData("nistP384", "P-384", "ES384")]
    public void Keys_on_both_curves_verify_what_they_signed(string name, string curve, string algorithm)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(name));
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var read = Read($$"""{"kty":"EC","crv":"{{curve}}","kid":"a","x":"{{Text(point.X!)}}","y":"{{Text(point.Y!)}}"}""")["a"];
        var hash = algorithm == "ES256" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384;
        var signature = key.SignData([1, 2, 3], hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

        Assert.Equal(algorithm, read.Algorithm);
        Assert.True(read.Verifies([1, 2, 3], signature));
        Assert.False(read.Verifies([1, 2, 4], signature));
        Assert.False(read.Verifies([1, 2, 3], signature.AsSpan(1)));
    }

    [Fact]
    public void An_RSA_key_is_for_the_padding_that_it_names()
    {
        using var key = RSA.Create(2048);
        var read = Read(Rsa(key, "\"alg\":\"PS256\",")).Values.Single();

        Assert.True(read.Verifies([1], key.SignData([1], HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
        Assert.False(read.Verifies([1], key.SignData([1], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
    }

    [Theory]
    [InlineData("\"use\":\"enc\",")]
    [InlineData("\"key_ops\":[\"encrypt\"],")]
    [InlineData("\"alg\":\"RSA-OAEP\",")]
    [InlineData("\"alg\":\"HS256\",")]
    [InlineData("\"alg\":\"RS512\",")]
    public void A_key_for_something_else_is_left_out(string member)
    {
        using var key = RSA.Create(2048);

        Assert.Empty(Read(Rsa(key, member)));
    }

    [Fact]
    public void Short_keys_odd_exponents_secrets_points_off_the_curve_and_shared_ids_are_left_out()
    {
        using var small = RSA.Create(1024);
        using var good = RSA.Create(2048);

        Assert.Empty(Read(Rsa(small)));
        Assert.Empty(Read(Rsa(good).Replace("\"AQAB\"", "\"Aw\"", StringComparison.Ordinal)));
        Assert.Empty(Read("""{"kty":"oct","kid":"a","k":"AAAA"}"""));
        Assert.Empty(Read("""{"kty":"EC","crv":"P-256","kid":"a","x":"AQ","y":"AQ"}"""));
        Assert.Empty(Read($"{Rsa(good)},{Rsa(good)}"));
        Assert.Empty(Read("1"));
        Assert.Single(Read(Rsa(good)));
    }

    private static string Rsa(RSA key, string more = "")
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return $$"""{"kty":"RSA","kid":"a",{{more}}"n":"{{Text(parameters.Modulus!)}}","e":"{{Text(parameters.Exponent!)}}"}""";
    }

    private static IReadOnlyDictionary<string, VerificationKey> Read(string keys) =>
        KeySet.Read(JsonElement.Parse($$"""{"keys":[{{keys}}]}"""));

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
