using System.Buffers.Text;
using System.Text;
using Vagus.Identity.Keys;
using Vagus.Identity.Tokens;

namespace Vagus.Identity.Tests.Tokens;

/// <summary>Writes tokens of any shape: right ones, and ones that are wrong in exactly one point.</summary>
internal static class TokenForge
{
    public const string Issuer = "https://vagus.test";
    public const string Audience = "vagus";
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    public static readonly SigningKey Key = SigningKey.Create();

    public static long Seconds => Now.ToUnixTimeSeconds();

    public static string GoodHeader => $$"""{"alg":"ES256","typ":"at+jwt","kid":"{{Key.Kid}}"}""";

    public static string GoodPayload => Payload();

    public static TokenVerifier Verifier() => new([new TrustedIssuer(Issuer, Audience, kid => kid == Key.Kid ? Key.Verification : null)]);

    /// <summary>The good claims with some replaced (a value is JSON text) or removed (null).</summary>
    public static string Payload(params (string Name, string? Json)[] changes)
    {
        var claims = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["iss"] = $"\"{Issuer}\"",
            ["aud"] = $"\"{Audience}\"",
            ["sub"] = "\"u1\"",
            ["client_id"] = "\"api\"",
            ["iat"] = $"{Seconds}",
            ["exp"] = $"{Seconds + 600}",
            ["jti"] = "\"t1\"",
            ["tenant"] = "\"north\"",
            ["sid"] = "\"s1\"",
            ["role"] = "\"nurse\"",
            ["portal"] = "\"provider\"",
        };
        foreach (var (name, json) in changes)
        {
            if (json is null) claims.Remove(name);
            else claims[name] = json;
        }

        return "{" + string.Join(",", claims.Select(claim => $"\"{claim.Key}\":{claim.Value}")) + "}";
    }

    public static string Sign(string header, string payload, SigningKey? key = null)
    {
        var signed = $"{Encode(header)}.{Encode(payload)}";
        return $"{signed}.{Base64Url.EncodeToString((key ?? Key).Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
