using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Vagus.Identity.Keys;

namespace Vagus.Identity.Tokens;

/// <summary>Writes and signs an access token (RFC 9068) with the active key.</summary>
internal static class IssueToken
{
    public static string Sign(AccessClaims claims, string audience, SigningKey key) =>
        Sign("at+jwt", writer => WriteClaims(writer, claims, audience), key);

    /// <param name="kind">The header's <c>typ</c>, by which a verifier tells the kinds of our tokens apart.</param>
    /// <param name="claims">Writes the members of the payload.</param>
    /// <param name="key">Signs.</param>
    public static string Sign(string kind, Action<Utf8JsonWriter> claims, SigningKey key)
    {
        var header = Base64Url.EncodeToString(Json(writer =>
        {
            writer.WriteString("alg", VerificationKey.Es256);
            writer.WriteString("typ", kind);
            writer.WriteString("kid", key.Kid);
        }));
        var payload = Base64Url.EncodeToString(Json(claims));
        var signature = key.Sign(Encoding.ASCII.GetBytes($"{header}.{payload}"));
        return $"{header}.{payload}.{Base64Url.EncodeToString(signature)}";
    }

    private static void WriteClaims(Utf8JsonWriter writer, AccessClaims claims, string audience)
    {
        writer.WriteString("iss", claims.Issuer);
        writer.WriteString("aud", audience);
        writer.WriteString("sub", claims.User.Value);
        writer.WriteString("client_id", claims.Client);
        writer.WriteNumber("iat", claims.IssuedAt.ToUnixTimeSeconds());
        writer.WriteNumber("exp", claims.ExpiresAt.ToUnixTimeSeconds());
        writer.WriteString("jti", claims.TokenId);
        writer.WriteString("tenant", claims.Tenant.Value);
        writer.WriteString("sid", claims.Session.Value);
        writer.WriteString("role", Kernel.Roles.Name(claims.Role));
        writer.WriteString("portal", Kernel.Roles.PortalType(claims.Role));
        if (claims.AuthenticatedAt is { } at) writer.WriteNumber("auth_time", at.ToUnixTimeSeconds());
        if (claims.Methods is { Length: > 0 } methods)
        {
            writer.WriteStartArray("amr");
            foreach (var method in methods.Split(' ')) writer.WriteStringValue(method);
            writer.WriteEndArray();
        }

        if (claims.Patient is { } patient) writer.WriteString("patient", patient.Value);
        if (claims.Scope is { } scope) writer.WriteString("scope", scope);
    }

    private static byte[] Json(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
