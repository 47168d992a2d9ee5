using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Identity.Sessions;
using Vagus.Identity.SigningIn;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.OAuth;

/// <summary>
/// A refresh token of an application for the next one and an access token, by the rotation of our own refresh tokens: one that is shown
/// twice ends the session for both. The scopes may be fewer than were granted, never more.
/// </summary>
internal sealed class RefreshApp(
    Database database, RotateRefreshToken rotate, SessionAuthentication sessions, AppTokens tokens, AuditTrail audit, AuditSeal seal,
    ICheckScopes store)
{
    public async ValueTask<Result<TokenAnswer>> Refresh(KnownApp known, AppRequest request, CancellationToken cancel)
    {
        var app = known.App;
        if (request.Form["refresh_token"] is not { } token) return OAuthErrors.InvalidRequest;
        IReadOnlyList<string>? scopes = null;
        if (request.Form["scope"] is { } fewer)
        {
            // Before the token is spent: a request that is refused leaves the application what it has.
            var cut = await Cut(app, token, fewer, cancel);
            if (cut.Refusal is { } wrong) return wrong;
            scopes = cut.Value;
        }

        var rotation = await rotate.Spend(token, request.Client, app.Id, cancel);
        if (rotation.Refusal is { } refusal)
            return refusal.Kind == RefusalKind.Unauthenticated ? OAuthErrors.InvalidGrant : refusal;
        if (rotation.Value is Rotation.Reused { End: { } end }) sessions.Announce([end]);
        if (rotation.Value is not Rotation.Granted granted) return OAuthErrors.InvalidGrant;

        var grant = await Find(app, granted, cancel);
        if (grant is null) return OAuthErrors.InvalidGrant;
        if (scopes is not null) grant = grant with { Scopes = scopes };
        var entry = OpenAppSession.EntryOf(seal, grant, granted.User, granted.Session, request);
        if (await audit.Append(app.Tenant, entry) is { } notRecorded) return notRecorded;
        return tokens.Answer(grant, granted.User, granted.Session, request.TokenId) with { RefreshToken = granted.RefreshToken };
    }

    private async ValueTask<Result<IReadOnlyList<string>>> Cut(AppRow app, string token, string fewer, CancellationToken cancel)
    {
        var asked = RequestedScopes.Read(fewer, store);
        if (asked.Refusal is { } malformed) return malformed;
        var granted = await database.QueryOne(
            FindScopes, [app.Tenant.Value, SecretHash.Of(token), app.Id], row => row.GetString(0), cancel);
        if (granted is null) return OAuthErrors.InvalidGrant;
        var cut = RequestedScopes.Cut(asked.Value, granted.Split(' '), "patient", "user");
        return cut is { IsRefused: false, Value.Count: 0 } ? OAuthErrors.NoScopes : cut;
    }

    private ValueTask<AppGrant?> Find(AppRow app, Rotation.Granted granted, CancellationToken cancel) => database.QueryOne(
        FindGrant,
        [app.Tenant.Value, granted.Session.Value],
        row => new AppGrant
        {
            Tenant = app.Tenant,
            App = app.Id,
            User = granted.User.User,
            Scopes = row.GetString(0).Split(' '),
            Patient = row.IsDBNull(1) ? null : new PatientId(row.GetString(1)),
            Encounter = row.IsDBNull(2) ? null : row.GetString(2),
            Proof = granted.Proof,
        },
        cancel);

    private static readonly Statement FindScopes = new("""
        select g.scopes
        from access_refresh r
        join access_session s on s.tenant_id = r.tenant_id and s.session_id = r.session_id
        join access_app_grant g on g.tenant_id = r.tenant_id and g.session_id = r.session_id
        where r.tenant_id = @tenant_id
          and r.token_hash = @token_hash
          and s.app_id = @app_id
        """);

    private static readonly Statement FindGrant = new("""
        select scopes, patient_id, encounter_id
        from access_app_grant
        where tenant_id = @tenant_id
          and session_id = @session_id
        """);
}
