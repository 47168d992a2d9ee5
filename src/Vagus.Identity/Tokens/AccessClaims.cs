using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Identity.Tokens;

/// <summary>What a verified access token says. Never built from a token whose signature was not checked.</summary>
internal sealed record AccessClaims
{
    public required string Issuer { get; init; }

    public required UserId User { get; init; }

    public required string Client { get; init; }

    public required string TokenId { get; init; }

    public required TenantId Tenant { get; init; }

    public required SessionId Session { get; init; }

    public required Role Role { get; init; }

    /// <summary>The user's own patient; in a token with scopes the patient in context, whoever the user is.</summary>
    public PatientId? Patient { get; init; }

    /// <summary>The scopes of an application's token, separated by blanks; null in tokens of our own doors.</summary>
    public string? Scope { get; init; }

    /// <summary>What the scopes let through; null in tokens without scopes.</summary>
    public IReadOnlyList<Grant>? Ceiling { get; init; }

    /// <summary>When the person last proved who it is (<c>auth_time</c>).</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>By what (<c>amr</c>, RFC 8176), separated by blanks.</summary>
    public string? Methods { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Null when a required claim is missing or malformed (RFC 9068 §2.2 and our own tenant, sid, role, portal).</summary>
    public static AccessClaims? Read(JsonElement payload)
    {
        if (Text(payload, "iss") is not { } issuer || Text(payload, "sub") is not { } subject) return null;
        if (Text(payload, "client_id") is not { } client || Text(payload, "jti") is not { } tokenId) return null;
        if (Text(payload, "tenant") is not { } tenant || Text(payload, "sid") is not { } session) return null;
        if (Instant(payload, "iat") is not { } issuedAt || Instant(payload, "exp") is not { } expiresAt) return null;
        if (Roles.Parse(Text(payload, "role")) is not { } role || Text(payload, "portal") != role.PortalType()) return null;

        var patient = Text(payload, "patient");
        var scope = Text(payload, "scope");
        // A scope of another kind than text would otherwise make a token without a ceiling.
        if (scope is null && payload.TryGetProperty("scope", out _)) return null;
        if (scope is null && role == Role.Patient != patient is not null) return null;
        var context = patient is null ? (PatientId?)null : new PatientId(patient);
        var ceiling = scope is null ? (Result<IReadOnlyList<Grant>>?)null : SmartScopes.Grants(scope.Split(' '), context);
        if (ceiling is { IsRefused: true }) return null;

        return new AccessClaims
        {
            Issuer = issuer,
            User = new UserId(subject),
            Client = client,
            TokenId = tokenId,
            Tenant = new TenantId(tenant),
            Session = new SessionId(session),
            Role = role,
            Patient = context,
            Scope = scope,
            Ceiling = ceiling?.Value,
            AuthenticatedAt = Instant(payload, "auth_time"),
            Methods = Words(payload, "amr"),
            IssuedAt = issuedAt,
            ExpiresAt = expiresAt,
        };
    }

    /// <summary>A non-empty string member, or null.</summary>
    public static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String && member.GetString() is { Length: > 0 } text
            ? text
            : null;

    /// <summary>The texts of an array, separated by blanks.</summary>
    public static string? Words(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array) return null;
        return string.Join(' ', list.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()));
    }

    /// <summary>A numeric date as an integer within the calendar; fractions and exponents are refused.</summary>
    public static DateTimeOffset? Instant(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var member) || member.ValueKind != JsonValueKind.Number) return null;
        if (!member.TryGetInt64(out var seconds) || seconds is < 0 or > LastSecond) return null;
        return DateTimeOffset.FromUnixTimeSeconds(seconds);
    }

    private const long LastSecond = 253_402_300_799;
}
