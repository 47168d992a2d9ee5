using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Identity.Sessions;
using Vagus.Identity.SigningIn;
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
        IReadOnlyList<string>? asked = null;
        if (request.Form["scope"] is { } fewer)
        {
            var read = RequestedScopes.Read(fewer, store);
            if (read.Refusal is { } malformed) return malformed;
            asked = read.Value;
        }

        var rotation = await rotate.Spend(token, request.Client, app.Id, cancel);
        if (rotation.Refusal is { } refusal)
            return refusal.Kind == RefusalKind.Unauthenticated ? OAuthErrors.InvalidGrant : refusal;
        if (rotation.Value is Rotation.Reused { End: { } end }) sessions.Announce([end]);
        if (rotation.Value is not Rotation.Granted granted) return OAuthErrors.InvalidGrant;

        var grant = await Find(app, granted, cancel);
        if (grant is null) return OAuthErrors.InvalidGrant;
        if (asked is not null)
        {
            var cut = RequestedScopes.Cut(asked, grant.Scopes, "patient", "user");
            if (cut.Refusal is { } wrong) return wrong;
            grant = grant with { Scopes = cut.Value };
        }

        var entry = OpenAppSession.EntryOf(seal, grant, granted.User, granted.Session, request);
        if (await audit.Append(app.Tenant, entry) is { } notRecorded) return notRecorded;
        return tokens.Answer(grant, granted.User, granted.Session, request.TokenId) with { RefreshToken = granted.RefreshToken };
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

    private static readonly Statement FindGrant = new("""
        select scopes, patient_id, encounter_id
        from access_app_grant
        where tenant_id = @tenant_id
          and session_id = @session_id
        """);
}
