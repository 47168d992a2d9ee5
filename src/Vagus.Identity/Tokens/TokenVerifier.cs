using System.Text.Json;
using Vagus.Access.Sessions;

namespace Vagus.Identity.Tokens;

/// <summary>
/// Checks an access token of ours after RFC 8725, RFC 9068 and RFC 7515, strictly: what is not expected is refused.
/// A function of the token, the trusted issuers and the time; it keeps nothing.
/// </summary>
internal sealed class TokenVerifier(IReadOnlyList<TrustedIssuer> issuers)
{
    public const int MaxLength = Authentication.MaxTokenLength;
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(24);

    public TokenCheck Verify(string token, DateTimeOffset now)
    {
        using var opened = OpenedToken.Open(token, out var fault);
        if (opened is null) return fault;

        var issuer = issuers.FirstOrDefault(one => string.Equals(one.Issuer, opened.Issuer, StringComparison.Ordinal));
        if (issuer is null) return IsAccessToken(opened.Kind) ? TokenFault.UnknownIssuer : TokenFault.WrongKind;
        if (!IsAccessToken(opened.Kind)) return TokenFault.WrongKind;

        var signatureFault = opened.SignatureFault(issuer);
        if (signatureFault != TokenFault.None) return signatureFault;
        if (AccessClaims.Read(opened.Payload) is not { } claims) return TokenFault.MissingClaim;
        if (!NamesAudience(opened.Payload, issuer.Audience)) return TokenFault.WrongAudience;
        var timeFault = TimeFault(opened.Payload, claims.IssuedAt, claims.ExpiresAt, now);
        return timeFault == TokenFault.None ? claims : timeFault;
    }

    /// <summary>The same for every issuer's tokens: a minute of skew, and no token of yesterday.</summary>
    internal static TokenFault TimeFault(JsonElement payload, DateTimeOffset issuedAt, DateTimeOffset expiresAt, DateTimeOffset now)
    {
        if (expiresAt <= now - Skew) return TokenFault.Expired;
        if (issuedAt > now + Skew) return TokenFault.NotYetValid;
        if (payload.TryGetProperty("nbf", out _) && !(AccessClaims.Instant(payload, "nbf") <= now + Skew)) return TokenFault.NotYetValid;
        return issuedAt < now - MaxAge ? TokenFault.TooOld : TokenFault.None;
    }

    internal static bool NamesAudience(JsonElement payload, string audience)
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

    private static bool IsAccessToken(string? kind) =>
        string.Equals(kind, "at+jwt", StringComparison.OrdinalIgnoreCase)
        || string.Equals(kind, "application/at+jwt", StringComparison.OrdinalIgnoreCase);
}
