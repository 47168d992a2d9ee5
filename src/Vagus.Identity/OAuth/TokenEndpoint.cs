using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Identity.Doors;
using Vagus.Kernel;

namespace Vagus.Identity.OAuth;

/// <summary><c>POST /oauth/token</c>: a code, a refresh token or an application's own proof for an access token.</summary>
internal sealed class TokenEndpoint(
    AuthenticateApp authenticate, ServeItself service, RedeemCode code, RefreshApp refresh, AuditTrail audit, IdSource ids)
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/oauth/token", (HttpContext context, TokenEndpoint use, CancellationToken cancel) => use.Answer(context, cancel))
            .AllowAnyone("the code, the refresh token or the assertion is the credential")
            .Audits(AuditActions.IssueToken)
            .Produces<TokenAnswer>()
            .DisableAntiforgery();

    private async Task<IResult> Answer(HttpContext context, CancellationToken cancel)
    {
        var form = await OAuthForm.Read(context.Request, cancel);
        if (form.Refusal is { } malformed) return malformed.ToOAuth(context);
        var known = await authenticate.Of(context, form.Value, cancel);
        if (known.Refusal is { } unknown) return unknown.ToOAuth(context);

        var app = known.Value.App;
        var request = new AppRequest(
            form.Value, ClientFacts.Of(context) with { Client = $"app:{app.Id}" }, ids.NewId());
        var answer = await Issue(known.Value, request, cancel);
        if (answer.Refusal is { } refusal) return await Refuse(context, known.Value, request, refusal);
        OAuthErrors.NotStored(context);
        return TypedResults.Ok(answer.Value);
    }

    private async ValueTask<Result<TokenAnswer>> Issue(KnownApp app, AppRequest request, CancellationToken cancel) =>
        request.Form["grant_type"] switch
        {
            "client_credentials" => await service.Issue(app, request, cancel),
            "authorization_code" => await code.Redeem(app, request, cancel),
            "refresh_token" => await refresh.Refresh(app, request, cancel),
            null => OAuthErrors.InvalidRequest,
            _ => OAuthErrors.UnsupportedGrant,
        };

    /// <summary>
    /// In the log of its tenant where the application is proven; what strangers send under the name of a public one is no access of it.
    /// </summary>
    private async ValueTask<IResult> Refuse(HttpContext context, KnownApp app, AppRequest request, Refusal refusal)
    {
        if (!app.Proven) return refusal.ToOAuth(context);
        return (await audit.Append(app.App.Tenant, EntryOf(app, request, refusal)) ?? refusal).Recorded(context);
    }

    private static AuditEntry EntryOf(KnownApp app, AppRequest request, Refusal refusal) =>
        AuditEntry.Of(AuditActions.IssueToken, request.Client.Origin) with
        {
            Client = app.App.Id,
            On = "token",
            Outcome = AuditOutcome.MinorFailure,
            Reason = refusal.Code,
        };
}
