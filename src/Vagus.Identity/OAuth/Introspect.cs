using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Identity.People;
using Vagus.Identity.Sessions;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.OAuth;

/// <summary>
/// <c>POST /oauth/introspect</c> (RFC 7662, SMART App Launch 2.2 "Token Introspection"): an application that can keep a secret asks about
/// its own access tokens. Everything else is inactive, without a reason.
/// </summary>
internal sealed class Introspect(
    Database database, AuthenticateApp authenticate, VerifiedTokens tokens, SessionAuthentication sessions, AppTokens appTokens)
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/oauth/introspect", (HttpContext context, Introspect use, CancellationToken cancel) => use.Answer(context, cancel))
            .AllowAnyone("the application authenticates itself")
            .AuditsNothing("it says of a token what its owner knows")
            .Produces<Introspected>()
            .DisableAntiforgery();

    private async Task<IResult> Answer(HttpContext context, CancellationToken cancel)
    {
        var form = await OAuthForm.Read(context.Request, cancel);
        if (form.Refusal is { } malformed) return malformed.ToOAuth(context);
        var known = await authenticate.Of(context, form.Value, cancel);
        if (known.Refusal is { } unknown) return unknown.ToOAuth(context);
        if (!known.Value.Proven) return OAuthErrors.InvalidClient.ToOAuth(context);
        if (form.Value["token"] is not { } token) return OAuthErrors.InvalidRequest.ToOAuth(context);

        OAuthErrors.NotStored(context);
        return TypedResults.Ok(await Of(known.Value.App, token, cancel) ?? Introspected.Inactive);
    }

    private async ValueTask<Introspected?> Of(AppRow app, string token, CancellationToken cancel)
    {
        if (tokens.Verify(token).Claims is not { Scope: { } scope } claims) return null;
        if (claims.Tenant != app.Tenant || claims.Client != app.Id) return null;
        if (!await sessions.IsLive(claims.Tenant, claims.Session, cancel)) return null;
        var user = await database.QueryOne(FindUser, [claims.Tenant.Value, claims.User.Value], UserRow.Map, cancel);
        if (user is null || user.Role != claims.Role) return null;

        var grant = new AppGrant { Tenant = app.Tenant, App = app.Id, User = claims.User, Scopes = scope.Split(' ') };
        return new Introspected
        {
            Active = true,
            Scope = scope,
            ClientId = app.Id,
            Subject = claims.User.Value,
            Issuer = claims.Issuer,
            IssuedAt = claims.IssuedAt.ToUnixTimeSeconds(),
            ExpiresAt = claims.ExpiresAt.ToUnixTimeSeconds(),
            TokenType = "Bearer",
            Patient = claims.Patient?.Value,
            FhirUser = appTokens.FhirUser(grant, user),
        };
    }

    internal sealed record Introspected
    {
        public static readonly Introspected Inactive = new() { Active = false };

        [JsonPropertyName("active")]
        public required bool Active { get; init; }

        [JsonPropertyName("scope"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Scope { get; init; }

        [JsonPropertyName("client_id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? ClientId { get; init; }

        [JsonPropertyName("sub"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Subject { get; init; }

        [JsonPropertyName("iss"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Issuer { get; init; }

        [JsonPropertyName("iat"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public long? IssuedAt { get; init; }

        [JsonPropertyName("exp"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public long? ExpiresAt { get; init; }

        [JsonPropertyName("token_type"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? TokenType { get; init; }

        [JsonPropertyName("patient"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Patient { get; init; }

        [JsonPropertyName("fhirUser"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? FhirUser { get; init; }
    }

    private static readonly Statement FindUser = new($"""
        select {UserRow.Columns}
        from access_user u
        where u.tenant_id = @tenant_id
          and u.user_id = @user_id
          and not u.disabled
        """);
}
