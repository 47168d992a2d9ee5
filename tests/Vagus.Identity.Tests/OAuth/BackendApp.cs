using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vagus.Identity.OAuth;
using Vagus.Identity.Tests.Tokens;
using Vagus.Kernel;

namespace Vagus.Identity.Tests.OAuth;

/// <summary>A program with a key pair of its own, as Backend Services know it.</summary>
internal sealed class BackendApp : IDisposable
{
    public const string TokenAddress = "http://localhost:3000/oauth/token";
    private readonly RSA rsa = RSA.Create(2048);
    private readonly ECDsa curve;

    public BackendApp(string algorithm) => (Algorithm, curve) =
        (algorithm, ECDsa.Create(algorithm == "ES256" ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384));

    public string Algorithm { get; }

    public string Kid { get; } = "first";

    public string ClientId { get; private set; } = "";

    public string Jwks => $$"""{"keys":[{{Jwk(Kid)}}]}""";

    public async Task Register(TestClinic clinic, string scopes = "system/Observation.rs", TenantId? tenant = null, string? jwks = null)
    {
        var app = new NewApp("Nightly export", "confidential-asymmetric", scopes) { Jwks = jwks ?? Jwks };
        ClientId = (await clinic.Get<Apps>().Add(tenant ?? TestClinic.North, app, by: null, default)).Value.ClientId;
    }

    public Task<Answer> Ask(TestClinic clinic, string scope = "system/Observation.rs", string? assertion = null) =>
        Post(clinic, "/oauth/token", ("grant_type", "client_credentials"), ("scope", scope),
            ("client_assertion_type", CheckAssertion.Type), ("client_assertion", assertion ?? Assertion(clinic)));

    public static async Task<Answer> Post(TestClinic clinic, string path, params (string Name, string? Value)[] form)
    {
        using var content = new FormUrlEncodedContent(
            form.Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Name, pair.Value!)));
        return await clinic.Send(HttpMethod.Post, path, change: request => request.Content = content);
    }

    /// <summary>An assertion that is good but for what is changed (a value is JSON text) or removed (null).</summary>
    public string Assertion(TestClinic clinic, params (string Name, string? Json)[] changes) =>
        Assertion(clinic, $$"""{"alg":"{{Algorithm}}","typ":"JWT","kid":"{{Kid}}"}""", changes);

    public string Assertion(TestClinic clinic, string header, params (string Name, string? Json)[] changes)
    {
        var now = clinic.Clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["iss"] = $"\"{ClientId}\"",
            ["sub"] = $"\"{ClientId}\"",
            ["aud"] = $"\"{TokenAddress}\"",
            ["exp"] = $"{now + 300}",
            ["jti"] = $"\"{Guid.NewGuid()}\"",
        };
        foreach (var (name, json) in changes)
        {
            if (json is null) claims.Remove(name);
            else claims[name] = json;
        }

        var payload = "{" + string.Join(",", claims.Select(claim => $"\"{claim.Key}\":{claim.Value}")) + "}";
        var signed = $"{TokenForge.Encode(header)}.{TokenForge.Encode(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public string Jwk(string kid)
    {
        if (Algorithm.StartsWith('R'))
        {
            var parameters = rsa.ExportParameters(includePrivateParameters: false);
            return JsonSerializer.Serialize(new
            {
                kty = "RSA", kid, alg = Algorithm, n = Base64Url.EncodeToString(parameters.Modulus),
                e = Base64Url.EncodeToString(parameters.Exponent),
            });
        }

        var point = curve.ExportParameters(includePrivateParameters: false).Q;
        return JsonSerializer.Serialize(new
        {
            kty = "EC", crv = Algorithm == "ES256" ? "P-256" : "P-384", kid, x = Base64Url.EncodeToString(point.X),
            y = Base64Url.EncodeToString(point.Y),
        });
    }

    public void Dispose()
    {
        rsa.Dispose();
        curve.Dispose();
    }

    private byte[] Sign(byte[] data) => Algorithm switch
    {
        "RS384" => rsa.SignData(data, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
        "RS256" => rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        "ES256" => curve.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        _ => curve.SignData(data, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
    };
}
