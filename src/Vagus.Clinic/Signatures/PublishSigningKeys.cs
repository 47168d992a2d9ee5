using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Policies;
using Vagus.Clinic.Requests;

namespace Vagus.Clinic.Signatures;

/// <summary><c>GET /api/signing-keys</c>: the tenant's public keys as a JWK set (RFC 7517), for those who verify its signatures.</summary>
internal sealed class PublishSigningKeys(SigningKeys keys)
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/api/signing-keys", (HttpContext http, PublishSigningKeys use) => use.Answer(http))
            .RequireCaller().AuditsNothing("public keys hold nothing of any patient").Produces<KeySet>();

    private async Task<IResult> Answer(HttpContext http)
    {
        var published = await keys.Published(http.Caller().Tenant, http.RequestAborted);
        return Answers.Json(http, new KeySet(published), StatusCodes.Status200OK);
    }

    internal sealed record KeySet(IReadOnlyList<PublicKey> Keys);
}
