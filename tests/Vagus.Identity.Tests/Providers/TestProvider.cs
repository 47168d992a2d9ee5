using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vagus.Identity.Providers;
using Vagus.Identity.Tests.Tokens;

namespace Vagus.Identity.Tests.Providers;

/// <summary>An OpenID provider on a free port, with RSA keys that it can change.</summary>
internal sealed class TestProvider : IAsyncDisposable
{
    public const string Audience = "https://vagus.test/api";
    private readonly WebApplication app;
    private RSA key = RSA.Create(2048);
    private int asked;

    private TestProvider(WebApplication app) => this.app = app;

    public string Issuer => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public string Kid { get; private set; } = "first";

    /// <summary>How often its keys were asked for.</summary>
    public int Asked => Volatile.Read(ref asked);

    public bool IsDown { get; set; }

    /// <summary>Happens while its keys are being asked for.</summary>
    public Action? WhileAsked { get; set; }

    public string? NamedIssuer { get; set; }

    public OpenIdProvider Options(string tenant = "north") =>
        new() { Issuer = Issuer, Audience = Audience, Tenant = tenant, TokenType = "JWT", PrivateNetwork = true };

    public static async Task<TestProvider> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var provider = new TestProvider(app);
        app.MapGet("/.well-known/openid-configuration", provider.Configuration);
        app.MapGet("/keys", provider.Keys);
        await app.StartAsync();
        return provider;
    }

    public void Rotate(string kid)
    {
        (Kid, key) = (kid, RSA.Create(2048));
    }

    /// <summary>A token that is good but for what is changed (a value is JSON text) or removed (null).</summary>
    public string Token(DateTimeOffset now, string subject, params (string Name, string? Json)[] changes) =>
        Token(now, subject, $$"""{"alg":"RS256","typ":"JWT","kid":"{{Kid}}"}""", changes);

    public string Token(DateTimeOffset now, string subject, string header, params (string Name, string? Json)[] changes)
    {
        var claims = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["iss"] = $"\"{Issuer}\"",
            ["aud"] = $"\"{Audience}\"",
            ["sub"] = $"\"{subject}\"",
            ["iat"] = $"{now.ToUnixTimeSeconds()}",
            ["exp"] = $"{now.ToUnixTimeSeconds() + 3600}",
            ["auth_time"] = $"{now.ToUnixTimeSeconds()}",
            ["sid"] = "\"s1\"",
        };
        foreach (var (name, json) in changes)
        {
            if (json is null) claims.Remove(name);
            else claims[name] = json;
        }

        var payload = "{" + string.Join(",", claims.Select(claim => $"\"{claim.Key}\":{claim.Value}")) + "}";
        var signed = $"{TokenForge.Encode(header)}.{TokenForge.Encode(payload)}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    public async ValueTask DisposeAsync()
    {
        key.Dispose();
        await app.DisposeAsync();
    }

    private IResult Configuration() => IsDown
        ? Results.StatusCode(503)
        : Results.Json(new { issuer = NamedIssuer ?? Issuer, jwks_uri = $"{Issuer}/keys" });

    private IResult Keys()
    {
        Interlocked.Increment(ref asked);
        WhileAsked?.Invoke();
        var parameters = key.ExportParameters(includePrivateParameters: false);
        var signing = new
        {
            kty = "RSA", use = "sig", alg = "RS256", kid = Kid,
            n = Base64Url.EncodeToString(parameters.Modulus), e = Base64Url.EncodeToString(parameters.Exponent),
        };
        return Results.Json(new { keys = new[] { signing } });
    }
}
