using Vagus.Identity.Doors;
using Vagus.Identity.Keys;
using Vagus.Identity.People;
using Vagus.Identity.Sessions;
using Vagus.Identity.Tokens;
using Vagus.Kernel;

namespace Vagus.Identity.SigningIn;

/// <summary>Makes the answer of a sign-in or a refresh for a session that has been written.</summary>
internal sealed class GrantTokens(SigningKeys keys, SessionHandle handles, IdentityOptions options, IdSource ids, TimeProvider clock)
{
    public SignedIn Grant(UserRow user, SessionId session, SignInProof proof, string refreshToken, ClientFacts client)
    {
        // Scripts in a browser get the session's bare id: what they hold must not outlive the access token.
        var sessionId = client.IsBrowser ? session.Value : handles.Make(user.Tenant, session);
        return new SignedIn(
            AccessToken(user, session, proof, client),
            refreshToken,
            LifetimeSeconds,
            sessionId,
            UserView.Of(user));
    }

    public TimeSpan SessionLifetime => options.SessionLifetime;

    public int LifetimeSeconds => (int)options.AccessTokenLifetime.TotalSeconds;

    public string AccessToken(UserRow user, SessionId session, SignInProof proof, ClientFacts client)
    {
        var now = clock.GetUtcNow();
        var claims = new AccessClaims
        {
            Issuer = options.Issuer,
            User = user.User,
            Client = client.Client,
            TokenId = ids.NewId(),
            Tenant = user.Tenant,
            Session = session,
            Role = user.Role,
            Patient = user.Role == Role.Patient ? user.Patient : null,
            AuthenticatedAt = proof.At,
            Methods = proof.Methods,
            IssuedAt = now,
            ExpiresAt = now + options.AccessTokenLifetime,
        };
        return IssueToken.Sign(claims, options.Audience, keys.Active);
    }
}
