using System.Text.Json.Serialization;
using Vagus.Access.Sessions;
using Vagus.Identity.Keys;
using Vagus.Identity.People;
using Vagus.Identity.Tokens;
using Vagus.Kernel;

namespace Vagus.Identity.OAuth;

/// <summary>The answer of the token endpoint (RFC 6749 §5.1, SMART App Launch 2.2 "Response").</summary>
internal sealed record TokenAnswer
{
    [JsonPropertyName("access_token")]
    public required string AccessToken { get; init; }

    [JsonPropertyName("token_type")]
    public string TokenType { get; init; } = "Bearer";

    [JsonPropertyName("expires_in")]
    public required int ExpiresIn { get; init; }

    [JsonPropertyName("scope")]
    public required string Scope { get; init; }

    [JsonPropertyName("refresh_token"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RefreshToken { get; init; }

    [JsonPropertyName("id_token"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IdToken { get; init; }

    [JsonPropertyName("patient"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Patient { get; init; }

    [JsonPropertyName("encounter"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Encounter { get; init; }
}

/// <summary>Signs the tokens of applications.</summary>
internal sealed class AppTokens(SigningKeys keys, IdentityOptions options, OAuthAddresses addresses, TimeProvider clock)
{
    /// <summary>Of a token by which a person's application reads. It ends seconds after its session all the same.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>SMART App Launch 2.2, "Backend Services": at most five minutes.</summary>
    public static readonly TimeSpan ServiceLifetime = TimeSpan.FromMinutes(5);

    public TokenAnswer Answer(AppGrant grant, UserRow user, SessionId session, string tokenId)
    {
        var lifetime = AppRow.ServesItself(grant.Scopes) ? ServiceLifetime : Lifetime;
        var now = clock.GetUtcNow();
        var claims = new AccessClaims
        {
            Issuer = options.Issuer,
            User = user.User,
            Client = grant.App,
            TokenId = tokenId,
            Tenant = grant.Tenant,
            Session = session,
            Role = user.Role,
            Patient = grant.Patient,
            Scope = string.Join(' ', grant.Scopes),
            AuthenticatedAt = grant.Proof?.At,
            Methods = grant.Proof?.Methods,
            IssuedAt = now,
            ExpiresAt = now + lifetime,
        };
        return new TokenAnswer
        {
            AccessToken = IssueToken.Sign(claims, options.Audience, keys.Active),
            ExpiresIn = (int)lifetime.TotalSeconds,
            Scope = claims.Scope,
            Patient = grant.Patient?.Value,
            Encounter = grant.Encounter,
        };
    }

    /// <summary>OpenID Connect Core 1.0 §2; null where the application did not ask who it is.</summary>
    public string? IdToken(AppGrant grant, UserRow user, string? nonce)
    {
        if (!grant.Has(RequestedScopes.OpenId)) return null;
        var now = clock.GetUtcNow();
        return IssueToken.Sign(
            "JWT",
            writer =>
            {
                writer.WriteString("iss", options.Issuer);
                writer.WriteString("sub", user.User.Value);
                writer.WriteString("aud", grant.App);
                writer.WriteNumber("iat", now.ToUnixTimeSeconds());
                writer.WriteNumber("exp", (now + Lifetime).ToUnixTimeSeconds());
                if (grant.Proof is { } proof) writer.WriteNumber("auth_time", proof.At.ToUnixTimeSeconds());
                if (nonce is not null) writer.WriteString("nonce", nonce);
                if (FhirUser(grant, user) is { } resource) writer.WriteString("fhirUser", resource);
            },
            keys.Active);
    }

    /// <summary>The resource of the user, where there is one and the application may know it.</summary>
    public string? FhirUser(AppGrant grant, UserRow user)
    {
        if (!grant.Has(RequestedScopes.FhirUser)) return null;
        if (user.Practitioner is { } practitioner) return $"{addresses.Fhir}/Practitioner/{practitioner}";
        return user.Patient is { } patient ? $"{addresses.Fhir}/Patient/{patient}" : null;
    }
}
