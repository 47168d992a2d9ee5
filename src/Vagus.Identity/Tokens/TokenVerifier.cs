using System.Text;
using System.Text.Json;
using Vagus.Access.Sessions;

namespace Vagus.Identity.Tokens;

/// <summary>
/// Checks an access token after RFC 8725, RFC 9068 and RFC 7515, strictly: what is not expected is refused.
/// A function of the token, the trusted issuers and the time; it keeps nothing.
/// </summary>
internal sealed class TokenVerifier(IReadOnlyList<TrustedIssuer> issuers)
{
    public const int MaxLength = Authentication.MaxTokenLength;
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(24);

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    // Members by which a sender would choose the key, the encoding or extra rules himself.
    private static readonly string[] ForbiddenHeaders = ["crit", "jku", "jwk", "x5u", "x5c", "b64", "zip"];

    public TokenCheck Verify(string token, DateTimeOffset now)
    {
        if (token.Length > MaxLength) return TokenFault.TooLong;
        if (Segments(token) is not var (first, second)) return TokenFault.NotThreeSegments;

        var headerBytes = StrictBase64Url.Decode(token.AsSpan(0, first));
        var payloadBytes = StrictBase64Url.Decode(token.AsSpan(first + 1, second - first - 1));
        var signature = StrictBase64Url.Decode(token.AsSpan(second + 1));
        if (headerBytes is null || payloadBytes is null || signature is null) return TokenFault.BadEncoding;

        using var header = Parse(headerBytes);
        if (header is null) return TokenFault.BadHeader;
        if (HeaderFault(header.RootElement) is var headerFault and not TokenFault.None) return headerFault;

        using var payload = Parse(payloadBytes);
        if (payload is null) return TokenFault.BadPayload;

        // The payload is not trusted yet: its issuer only names the keys to try it with.
        var issuer = IssuerNamed(AccessClaims.Text(payload.RootElement, "iss"));
        if (issuer is null) return TokenFault.UnknownIssuer;

        var signed = Encoding.ASCII.GetBytes(token, 0, second);
        var signatureFault = SignatureFault(issuer, header.RootElement, signed, signature);
        if (signatureFault != TokenFault.None) return signatureFault;

        return CheckClaims(payload.RootElement, issuer, now);
    }

    private static (int First, int Second)? Segments(string token)
    {
        var first = token.IndexOf('.', StringComparison.Ordinal);
        if (first < 0) return null;
        var second = token.IndexOf('.', first + 1);
        if (second < 0 || token.IndexOf('.', second + 1) >= 0) return null;
        return (first, second);
    }

    private static JsonDocument? Parse(byte[] utf8)
    {
        try
        {
            // JsonDocument reads strings lazily; invalid UTF-8 must be refused here and not surface later.
            if (!System.Text.Unicode.Utf8.IsValid(utf8)) return null;
            var document = JsonDocument.Parse(utf8, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static TokenFault HeaderFault(JsonElement header)
    {
        foreach (var name in ForbiddenHeaders)
        {
            if (header.TryGetProperty(name, out _)) return TokenFault.ForbiddenHeader;
        }

        return AccessClaims.Text(header, "typ") is { } kind && IsAccessToken(kind) ? TokenFault.None : TokenFault.WrongKind;
    }

    private static bool IsAccessToken(string kind) =>
        kind.Equals("at+jwt", StringComparison.OrdinalIgnoreCase) || kind.Equals("application/at+jwt", StringComparison.OrdinalIgnoreCase);

    private TrustedIssuer? IssuerNamed(string? name)
    {
        foreach (var issuer in issuers)
        {
            if (string.Equals(issuer.Issuer, name, StringComparison.Ordinal)) return issuer;
        }

        return null;
    }

    private static TokenFault SignatureFault(TrustedIssuer issuer, JsonElement header, byte[] signed, byte[] signature)
    {
        if (AccessClaims.Text(header, "kid") is not { } kid || issuer.KeyOf(kid) is not { } key) return TokenFault.UnknownKey;
        if (!string.Equals(AccessClaims.Text(header, "alg"), key.Algorithm, StringComparison.Ordinal)) return TokenFault.WrongAlgorithm;
        return key.Verifies(signed, signature) ? TokenFault.None : TokenFault.BadSignature;
    }

    private static TokenCheck CheckClaims(JsonElement payload, TrustedIssuer issuer, DateTimeOffset now)
    {
        if (AccessClaims.Read(payload) is not { } claims) return TokenFault.MissingClaim;
        if (!NamesAudience(payload, issuer.Audience)) return TokenFault.WrongAudience;
        if (claims.ExpiresAt <= now - Skew) return TokenFault.Expired;
        if (claims.IssuedAt > now + Skew) return TokenFault.NotYetValid;
        if (payload.TryGetProperty("nbf", out _) && !(AccessClaims.Instant(payload, "nbf") <= now + Skew)) return TokenFault.NotYetValid;
        if (claims.IssuedAt < now - MaxAge) return TokenFault.TooOld;
        return claims;
    }

    private static bool NamesAudience(JsonElement payload, string audience)
    {
        if (!payload.TryGetProperty("aud", out var named)) return false;
        if (named.ValueKind == JsonValueKind.String) return named.ValueEquals(audience);
        if (named.ValueKind != JsonValueKind.Array) return false;

        foreach (var one in named.EnumerateArray())
        {
            if (one.ValueKind == JsonValueKind.String && one.ValueEquals(audience)) return true;
        }

        return false;
    }
}
