using System.Buffers.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Policies;

namespace Vagus.Identity.Keys;

/// <summary>The public half of our keys (RFC 7517), for whoever verifies our tokens.</summary>
internal static class PublishKeys
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/.well-known/jwks.json", Answer).AllowAnyone("public keys").AuditsNothing("public keys");

    private static Ok<KeySet> Answer(HttpContext context, SigningKeys keys)
    {
        context.Response.Headers.CacheControl = "public, max-age=600";
        return TypedResults.Ok(new KeySet([.. keys.Published.Select(PublicKeyOf)]));
    }

    private static PublicKey PublicKeyOf(SigningKey key) => new(
        "EC", "P-256", "sig", VerificationKey.Es256, key.Kid, Base64Url.EncodeToString(key.Point.X), Base64Url.EncodeToString(key.Point.Y));

    internal sealed record KeySet(IReadOnlyList<PublicKey> Keys);

    internal sealed record PublicKey(string Kty, string Crv, string Use, string Alg, string Kid, string X, string Y);
}
