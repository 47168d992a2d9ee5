using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Vagus.Access.Audit;
using Vagus.Access.Sessions;
using Vagus.Identity.People;
using Vagus.Identity.Sessions;
using Vagus.Identity.SigningIn;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.OAuth;

/// <summary>
/// An authorization code for its tokens, once. A code that comes a second time was stolen or is a fault of the application: what the first
/// time gave ends (RFC 6749 §4.1.2).
/// </summary>
internal sealed class RedeemCode(
    GroupCommit commit, OpenAppSession open, AppTokens tokens, SessionAuthentication sessions, IdentityOptions options, IdSource ids)
{
    /// <summary>
    /// An application with offline access that is not used for so long must be authorized anew (ONC (g)(10): three months).
    /// </summary>
    public static readonly TimeSpan OfflineLifetime = TimeSpan.FromDays(92);

    private const int MaxVerifier = 128;
    private const int MinVerifier = 43;

    public async ValueTask<Result<TokenAnswer>> Redeem(KnownApp known, AppRequest request, CancellationToken cancel)
    {
        var form = request.Form;
        if (form["code"] is not { } code || form["redirect_uri"] is not { } redirect || form["code_verifier"] is not { } verifier)
            return OAuthErrors.InvalidRequest;
        if (verifier.Length is < MinVerifier or > MaxVerifier) return OAuthErrors.InvalidGrant;

        var shown = new Shown(known.App, SecretHash.Of(code), redirect, ChallengeOf(verifier));
        var outcome = await commit.Write<Redeemed>(known.App.Tenant, (write, token) => Write(write, shown, request, token), cancel);
        if (outcome.Refusal is { } refusal) return refusal;
        if (outcome.Value.Ended is { } ended) sessions.Announce([ended]);
        if (outcome.Value is not { Code: { } row, User: { } user }) return OAuthErrors.InvalidGrant;

        var answer = tokens.Answer(row.Grant, user, outcome.Value.Session, request.TokenId);
        return answer with { RefreshToken = outcome.Value.RefreshToken, IdToken = tokens.IdToken(row.Grant, user, row.Nonce) };
    }

    /// <summary>RFC 7636 §4.2.</summary>
    internal static string ChallengeOf(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    private async ValueTask<Result<Redeemed>> Write(WriteTransaction write, Shown shown, AppRequest request, CancellationToken cancel)
    {
        var row = await write.QueryOne(Find, [shown.CodeHash, write.Tenant.Value, shown.App.Id], Map, cancel);
        if (row is null) return OAuthErrors.InvalidGrant;
        // A value and not a refusal: the end of the session must be committed.
        if (row.Session is { } earlier)
        {
            var by = new AuditActor(null, request.Client.Origin);
            var ended = await EndSessions.One(write, by, row.Grant.User, earlier, EndReason.RefreshReused, cancel);
            return new Redeemed(null, null, default, null, ended);
        }

        if (row.ExpiresAt <= write.At || row.RedirectUri != shown.RedirectUri || row.Challenge != shown.Challenge)
            return OAuthErrors.InvalidGrant;

        // Launched from a session that is over: nothing is left to act in.
        if (row.Grant.Parent is { } parent
            && await write.QueryOne(ParentLives, [write.Tenant.Value, parent.Value, write.At.ToMicroseconds()], r => r.GetString(0), cancel)
                is null)
        {
            return OAuthErrors.InvalidGrant;
        }

        if (!await SamePassword.Hold(write, row.Grant.User, row.SecurityVersion, cancel)) return OAuthErrors.InvalidGrant;
        if (await write.Execute(Spend, [write.At.ToMicroseconds(), shown.CodeHash], cancel) != 1) return OAuthErrors.InvalidGrant;
        var terms = TermsOf(row.Grant);
        if (await open.Write(write, row.Grant, terms, request, cancel) is not var (user, session)) return OAuthErrors.InvalidGrant;
        await write.Execute(NameSession, [session.Value, shown.CodeHash], cancel);
        var refresh = HasRefresh(row.Grant) ? ids.NewSecret() : null;
        if (refresh is not null)
        {
            var end = write.At + terms.Lifetime;
            var idle = terms.IsRenewed ? end : write.At + options.RefreshIdle;
            RefreshToken.Add(write, session.Value, refresh, parentHash: null, request.Client.Hash, (idle, end));
        }

        return new Redeemed(row, user, session, refresh, null);
    }

    private static bool HasRefresh(AppGrant grant) =>
        grant.Has(RequestedScopes.OfflineAccess) || grant.Has(RequestedScopes.OnlineAccess);

    private SessionTerms TermsOf(AppGrant grant)
    {
        if (grant.Has(RequestedScopes.OfflineAccess)) return new SessionTerms(OfflineLifetime, IsRenewed: true);
        return new SessionTerms(grant.Has(RequestedScopes.OnlineAccess) ? options.SessionLifetime : AppTokens.Lifetime, IsRenewed: false);
    }

    private static CodeRow Map(DbDataReader row) => new()
    {
        Grant = new AppGrant
        {
            Tenant = new TenantId(row.GetString(0)),
            App = row.GetString(1),
            User = new UserId(row.GetString(2)),
            Scopes = row.GetString(3).Split(' '),
            Patient = row.IsDBNull(4) ? null : new PatientId(row.GetString(4)),
            Encounter = row.IsDBNull(5) ? null : row.GetString(5),
            Parent = row.IsDBNull(6) ? null : new SessionId(row.GetString(6)),
            Proof = new SignInProof(Instant.FromMicroseconds(row.GetInt64(10)), row.GetString(11)),
        },
        RedirectUri = row.GetString(7),
        Challenge = row.GetString(8),
        Nonce = row.IsDBNull(9) ? null : row.GetString(9),
        ExpiresAt = Instant.FromMicroseconds(row.GetInt64(12)),
        Session = row.IsDBNull(13) ? null : new SessionId(row.GetString(13)),
        SecurityVersion = row.GetInt64(14),
    };

    private sealed record Shown(AppRow App, string CodeHash, string RedirectUri, string Challenge);

    private sealed record Redeemed(CodeRow? Code, UserRow? User, SessionId Session, string? RefreshToken, SessionEnd? Ended);

    private sealed record CodeRow
    {
        public required AppGrant Grant { get; init; }

        public required string RedirectUri { get; init; }

        public required string Challenge { get; init; }

        public string? Nonce { get; init; }

        public required DateTimeOffset ExpiresAt { get; init; }

        /// <summary>The session that the code gave already.</summary>
        public SessionId? Session { get; init; }

        /// <summary>That of the user when the password was shown.</summary>
        public required long SecurityVersion { get; init; }
    }

    private static readonly Statement Find = new("""
        select tenant_id, app_id, user_id, scopes, patient_id, encounter_id, parent_session, redirect_uri, challenge, nonce,
               authenticated_at, methods, expires_at, session_id, security_version
        from access_app_code
        where code_hash = @code_hash
          and tenant_id = @tenant_id
          and app_id = @app_id
        """);

    // Of two processes that spend one code, one changes the row.
    private static readonly Statement Spend = new("""
        update access_app_code
        set used_at = @used_at
        where code_hash = @code_hash
          and used_at is null
        """);

    private static readonly Statement NameSession = new("""
        update access_app_code
        set session_id = @session_id
        where code_hash = @code_hash
        """);

    private static readonly Statement ParentLives = new("""
        select session_id
        from access_session
        where tenant_id = @tenant_id
          and session_id = @session_id
          and ended_at is null
          and ends_at > @now
        """);
}
