using Vagus.Access.Audit;
using Vagus.Identity.People;
using Vagus.Identity.SigningIn;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.OAuth;

/// <summary>The user's decision: an authorization code for the scopes that stayed ticked, or none.</summary>
internal sealed class GiveConsent(GroupCommit commit, AuditTrail audit, IdSource ids)
{
    /// <summary>RFC 6749 §4.1.2 says ten minutes at most; an application redeems it at once.</summary>
    public static readonly TimeSpan CodeLifetime = TimeSpan.FromSeconds(60);

    private const string Box = "scope:";

    /// <summary>The code, or the error for the application.</summary>
    public async ValueTask<Result<string>> Decide(
        AppRow app, AuthorizeState state, OAuthForm form, AuditOrigin origin, CancellationToken cancel)
    {
        // What was not asked cannot be ticked.
        string[] scopes = [.. state.Scopes.Where(scope => form[$"{Box}{scope}"] is not null)];
        if (form["decision"] != "allow" || scopes.Length == 0)
        {
            var entry = EntryOf(app, state, origin) with { Outcome = AuditOutcome.MinorFailure, Reason = Denied.Code };
            return await audit.Append(app.Tenant, entry) is { } notRecorded ? notRecorded : Denied;
        }

        var code = ids.NewSecret();
        return await commit.Write<string>(
            app.Tenant,
            async (write, token) =>
            {
                if (!await SamePassword.Hold(write, new UserId(state.User ?? ""), state.SecurityVersion, token)) return SignInOver;
                if (state.Launch is { } launch && !await LaunchContext.Spend(write, launch, token)) return Used;
                await write.Execute(Insert, RowOf(write, state, scopes, code), token);
                AuditTrail.Add(write, EntryOf(app, state, origin) with { Detail = $"scopes={string.Join(' ', scopes)}" });
                return code;
            },
            cancel);
    }

    private static AuditEntry EntryOf(AppRow app, AuthorizeState state, AuditOrigin origin) =>
        AuditEntry.Of(AuditActions.AuthorizeApp, origin) with
        {
            User = state.User is { } user ? new UserId(user) : null,
            Client = app.Id,
            On = $"App/{app.Id}",
            Patients = state.Patient is { } patient ? [new PatientId(patient)] : [],
        };

    private static object?[] RowOf(WriteTransaction write, AuthorizeState state, string[] scopes, string code)
    {
        // With access in its user's absence the application outlives the session that it was launched from.
        var parent = scopes.Contains(RequestedScopes.OfflineAccess, StringComparer.Ordinal) ? null : state.Parent;
        return
        [
            SecretHash.Of(code), write.Tenant.Value, state.App, state.User, string.Join(' ', scopes), state.Patient, state.Encounter,
            parent, state.RedirectUri, state.Challenge, state.Nonce, state.ProvenAt.ToMicroseconds(), state.Methods,
            (write.At + CodeLifetime).ToMicroseconds(), state.SecurityVersion,
        ];
    }

    internal static readonly Refusal Denied = new(RefusalKind.Forbidden, "access_denied", "The user did not allow it.");

    private static readonly Refusal SignInOver = new(
        RefusalKind.Forbidden, "access_denied", "The sign-in is over: the user's password was changed.");

    private static readonly Refusal Used = new(RefusalKind.Invalid, "invalid_request", "The launch was used already.");

    private static readonly Statement Insert = new("""
        insert into access_app_code
          (code_hash, tenant_id, app_id, user_id, scopes, patient_id, encounter_id, parent_session, redirect_uri, challenge, nonce,
           authenticated_at, methods, expires_at, security_version)
        values
          (@code_hash, @tenant_id, @app_id, @user_id, @scopes, @patient_id, @encounter_id, @parent_session, @redirect_uri, @challenge, @nonce,
           @authenticated_at, @methods, @expires_at, @security_version)
        """);
}
