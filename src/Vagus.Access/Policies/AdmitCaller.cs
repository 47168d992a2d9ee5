using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Sessions;
using Vagus.Kernel;

namespace Vagus.Access.Policies;

/// <summary>
/// Stands before every endpoint: turns the bearer token of the <c>Authorization</c> header into a <see cref="Caller"/> and applies the
/// endpoint's rule. A token anywhere else, above all in the query, is not looked at.
/// </summary>
internal sealed partial class AdmitCaller(
    RequestDelegate next, Authentication sessions, AuditRefusals refusals, ILogger<AdmitCaller> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // Anything else than a mapped route is routing's own answer (405, 415): it does nothing but say so.
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            await next(context);
            return;
        }

        // The start check makes a missing rule impossible; should one appear later (dynamic endpoints), it is closed.
        var (refusal, caller) = endpoint.Metadata.GetMetadata<EntryRule>() is { } rule
            ? await Admit(context, endpoint, rule) : (Refusals.Undeclared, null);
        if (refusal is null) await next(context);
        else await Answer(context, endpoint, await refusals.Record(context, endpoint, caller, refusal) ?? refusal);
    }

    private async ValueTask<(Refusal? Refusal, Caller? Caller)> Admit(HttpContext context, RouteEndpoint endpoint, EntryRule rule)
    {
        if (rule.Policy is not { } policy) return default;
        if (BearerToken.Of(context.Request.Headers) is not { } token) return (Authentication.Unauthenticated, null);

        var admission = await sessions.AuthenticateAnyToken(token, context.RequestAborted);
        if (admission.IsRefused) return (admission.Refusal, null);

        var caller = admission.Value.Caller;
        if (admission.Value.Application is { } application) context.Features.Set(new ActingApplication(application));
        if (admission.Value.Ceiling is not null && !IsWithinScopes(endpoint, admission.Value)) return (Refusals.OutOfScope, caller);
        if (!policy.Admits(caller.Role))
        {
            Log.Forbidden(logger, caller.Tenant.Value, caller.User.Value, policy.Name);
            return (Refusals.Forbidden, caller);
        }

        if (UserAction.IsIn(context.Request)) await sessions.NoteAction(caller.Tenant, caller.Session, context.RequestAborted);
        if (endpoint.Metadata.GetMetadata<RequiresFreshSignIn>() is not null
            && !await sessions.IsFresh(caller.Tenant, caller.Session, context.RequestAborted))
        {
            return (Refusals.FreshSignInRequired, caller);
        }

        context.Features.Set(admission.Value);
        context.Features.Set(caller);
        context.Features.Set<IHttpAuthenticationFeature>(new AdmittedUser(caller));
        return (null, caller);
    }

    /// <summary>A token whose scopes let no resource through, as <c>openid fhirUser</c>, opens nothing.</summary>
    private static bool IsWithinScopes(RouteEndpoint endpoint, Admission admission) =>
        endpoint.Metadata.GetMetadata<ScopesAccepted>() is not null && admission.Reach.Grants.Count > 0;

    private static Task Answer(HttpContext context, Endpoint endpoint, Refusal refusal)
    {
        if (refusal.Kind == RefusalKind.Unauthenticated || refusal == Refusals.OutOfScope)
            context.Response.Headers.WWWAuthenticate = ChallengeFor(refusal);
        return endpoint.Metadata.GetMetadata<RefusalWriter>() is { } writer
            ? writer.Write(context, refusal)
            : refusal.ToProblem().ExecuteAsync(context);
    }

    private static string ChallengeFor(Refusal refusal)
    {
        if (refusal == Refusals.OutOfScope) return RequireReach.InsufficientScope;
        // RFC 9470: the token holds, the authentication is too old.
        return refusal == Refusals.FreshSignInRequired
            ? $"Bearer error=\"insufficient_user_authentication\", max_age={(int)RequiresFreshSignIn.Window.TotalSeconds}"
            : "Bearer";
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Tenant {Tenant}: user {User} was refused by policy {Policy}")]
        public static partial void Forbidden(ILogger logger, string tenant, string user, string policy);
    }
}

/// <summary>Where an endpoint finds out who is calling.</summary>
public static class CallerOfRequest
{
    /// <summary>The verified caller. Throws on an endpoint that is open to everyone: there is none.</summary>
    public static Caller Caller(this HttpContext context) => Admission(context).Caller;

    /// <summary>How far the verified caller reaches. Throws as <see cref="Caller"/> does.</summary>
    public static Reach Reach(this HttpContext context) => Admission(context).Reach;

    /// <summary>
    /// How far the request's credential reaches now: for what is answered long after the request was admitted. Refused where it does not
    /// hold any more.
    /// </summary>
    public static async ValueTask<Result<Reach>> ReachNow(this HttpContext context)
    {
        if (BearerToken.Of(context.Request.Headers) is not { } token) return Authentication.Unauthenticated;
        var sessions = context.RequestServices.GetRequiredService<Authentication>();
        var admission = await sessions.AuthenticateAnyToken(token, context.RequestAborted);
        return admission.Refusal is { } refused ? refused : admission.Value.Reach;
    }

    private static Admission Admission(HttpContext context) =>
        context.Features.Get<Admission>() ?? throw new InvalidOperationException("This endpoint did not require a caller.");
}
