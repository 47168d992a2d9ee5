using Vagus.Access.Authorization;
using Vagus.Identity.People;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Identity.OAuth;

/// <summary>
/// Backend Services (SMART App Launch 2.2): an application without a user, by its own key. It acts as the service account of its id; its
/// token lives five minutes, and another one costs another assertion instead of a refresh token.
/// </summary>
internal sealed class ServeItself(GroupCommit commit, OpenAppSession open, AppTokens tokens, ICheckScopes store)
{
    public async ValueTask<Result<TokenAnswer>> Issue(KnownApp known, AppRequest request, CancellationToken cancel)
    {
        var app = known.App;
        if (!known.Proven || app.Kind != AppKind.Asymmetric || !app.IsService) return OAuthErrors.UnauthorizedClient;
        var asked = RequestedScopes.Read(request.Form["scope"], store);
        if (asked.Refusal is { } malformed) return malformed;
        var granted = RequestedScopes.Cut(asked.Value, app.Scopes, "system");
        if (granted.Refusal is { } wrong) return wrong;
        string[] scopes = [.. granted.Value.Where(scope => !RequestedScopes.IsOther(scope))];
        if (scopes.Length == 0) return OAuthErrors.NoScopes;

        var opened = await commit.Write<(AppGrant Grant, UserRow User, SessionId Session)>(
            app.Tenant,
            async (write, token) =>
            {
                var grant = new AppGrant
                {
                    Tenant = app.Tenant, App = app.Id, User = new UserId(app.Id), Scopes = scopes,
                    Proof = new SignInProof(write.At, SignInProof.Assertion),
                };
                var terms = new SessionTerms(AppTokens.ServiceLifetime, IsRenewed: false);
                return await open.Write(write, grant, terms, request, token) is { } made
                    ? (grant, made.User, made.Session) : OAuthErrors.InvalidClient;
            },
            cancel);
        return opened.Refusal is { } refusal
            ? refusal : tokens.Answer(opened.Value.Grant, opened.Value.User, opened.Value.Session, request.TokenId);
    }
}
