using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Identity.Keys;

namespace Vagus.Identity.OAuth;

/// <summary>
/// Where an application finds everything: <c>/fhir/.well-known/smart-configuration</c> (SMART App Launch 2.2, "Conformance") and OpenID's
/// own document. JSON, whatever is asked for.
/// </summary>
internal static class SmartConfiguration
{
    private static readonly string[] Reads = ["GET", "HEAD"];

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods("/fhir/.well-known/smart-configuration", Reads, Answer)
            .AllowAnyone("tells applications where to get tokens")
            .AuditsNothing("it holds nothing of any patient or tenant");
        endpoints.MapMethods("/.well-known/openid-configuration", Reads, Answer)
            .AllowAnyone("tells applications where to get tokens")
            .AuditsNothing("it holds nothing of any patient or tenant");
    }

    private static JsonHttpResult<Configuration> Answer(HttpContext context, OAuthAddresses addresses)
    {
        context.Response.Headers.CacheControl = "public, max-age=600";
        // Asked for by web pages of other origins, and the same for everybody.
        context.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        return TypedResults.Json(Configuration.Of(addresses), contentType: "application/json");
    }

    internal sealed record Configuration
    {
        [JsonPropertyName("issuer")]
        public required string Issuer { get; init; }

        [JsonPropertyName("jwks_uri")]
        public required string Keys { get; init; }

        [JsonPropertyName("authorization_endpoint")]
        public required string Authorize { get; init; }

        [JsonPropertyName("token_endpoint")]
        public required string Token { get; init; }

        [JsonPropertyName("introspection_endpoint")]
        public required string Introspect { get; init; }

        [JsonPropertyName("revocation_endpoint")]
        public required string Revoke { get; init; }

        [JsonPropertyName("grant_types_supported")]
        public string[] Grants { get; } = ["authorization_code", "refresh_token", "client_credentials"];

        [JsonPropertyName("response_types_supported")]
        public string[] Responses { get; } = ["code"];

        [JsonPropertyName("code_challenge_methods_supported")]
        public string[] Challenges { get; } = ["S256"];

        [JsonPropertyName("token_endpoint_auth_methods_supported")]
        public string[] Proofs { get; } = ["private_key_jwt", "client_secret_basic", "client_secret_post", "none"];

        [JsonPropertyName("token_endpoint_auth_signing_alg_values_supported")]
        public string[] Algorithms { get; } = [VerificationKey.Rs384, VerificationKey.Es384, VerificationKey.Es256];

        [JsonPropertyName("subject_types_supported")]
        public string[] Subjects { get; } = ["public"];

        [JsonPropertyName("id_token_signing_alg_values_supported")]
        public string[] IdTokens { get; } = [VerificationKey.Es256];

        [JsonPropertyName("scopes_supported")]
        public string[] Scopes { get; } =
        [
            .. RequestedScopes.Others.Where(scope => scope != RequestedScopes.LaunchEncounter),
            "patient/*.cruds", "user/*.cruds", "system/*.cruds",
            // With these an application subscribes, beside a scope of what it is told of.
            "patient/Subscription.cruds", "user/Subscription.cruds", "system/Subscription.cruds",
        ];

        [JsonPropertyName("capabilities")]
        public string[] Capabilities { get; } =
        [
            "launch-ehr", "launch-standalone", "authorize-post", "client-public", "client-confidential-symmetric",
            "client-confidential-asymmetric", "sso-openid-connect", "context-ehr-patient", "context-ehr-encounter",
            "context-standalone-patient", "permission-offline", "permission-online", "permission-patient", "permission-user",
            "permission-v1", "permission-v2",
        ];

        public static Configuration Of(OAuthAddresses addresses) => new()
        {
            Issuer = addresses.Issuer,
            Keys = addresses.Keys,
            Authorize = addresses.Authorize,
            Token = addresses.Token,
            Introspect = addresses.Introspect,
            Revoke = addresses.Revoke,
        };
    }
}
