using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Access.Vault;
using Vagus.Identity.Doors;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Identity.OAuth;

/// <summary>
/// The pages between an application's wish and its code: sign in, show a second factor, choose a patient, consent. Each takes the sealed
/// state of the one before it.
/// </summary>
internal sealed class Authorize(
    AuthorizeRequest requests, ChoosePatient choose, GiveConsent consent, Database database, OAuthAddresses addresses,
    RootKey root, IdSource ids, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/oauth").AllowAnyone("signing in is a part of these pages").DisableAntiforgery();
        // Failed passwords are recorded by the check of passwords.
        group.MapPost("/authorize/sign-in", (HttpContext context, Authorize use, ProveUser prove, CancellationToken cancel) =>
            use.Step(context, (app, state, form) => prove.Password(app, state, form, context, cancel), cancel))
            .Audits(AuditActions.SignIn);
        var pages = group.MapGroup("").RecordsRefusals();
        pages.MapMethods("/authorize", ["GET", "POST"], (HttpContext context, Authorize use, CancellationToken cancel) =>
            use.Begin(context, cancel)).Audits(AuditActions.AuthorizeApp);
        pages.MapPost("/authorize/factor", (HttpContext context, Authorize use, ProveUser prove, CancellationToken cancel) =>
            use.Step(context, (app, state, form) => prove.Factor(context, state, form, cancel), cancel)).Audits(AuditActions.UseFactor);
        pages.MapPost("/authorize/patient", (HttpContext context, Authorize use, ChoosePatient take, CancellationToken cancel) =>
            use.Step(context, (app, state, form) => take.Take(state, form, cancel), cancel)).Audits(AuditActions.Search);
        pages.MapPost("/authorize/consent", (HttpContext context, Authorize use, CancellationToken cancel) =>
            use.Decide(context, cancel)).Audits(AuditActions.AuthorizeApp);
        pages.MapGet("/pages.css", () => Results.Text(AuthorizePages.Style, "text/css"))
            .AuditsNothing("it holds no data");
    }

    private async Task<IResult> Begin(HttpContext context, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var form = HttpMethods.IsPost(context.Request.Method)
            ? await OAuthForm.Read(context.Request, cancel) : OAuthForm.Of(context.Request.Query);
        if (form.Refusal is { } malformed) return AuthorizePages.Stopped(malformed);
        var asked = await requests.Read(form.Value, cancel);
        if (asked.App is not { } app) return AuthorizePages.Stopped(asked.Refusal ?? OAuthErrors.InvalidRequest);
        if (asked.State is not { } state)
        {
            var refusal = asked.Refusal ?? OAuthErrors.InvalidRequest;
            return new RefusedAnswer(refusal, Results.Redirect(Address(form.Value["redirect_uri"] ?? "", form.Value["state"],
                ("error", refusal.Code), ("error_description", refusal.Message))));
        }

        return SignInPage(context, app, state, problem: null);
    }

    private async Task<IResult> Step(
        HttpContext context, Func<AppRow, AuthorizeState, OAuthForm, ValueTask<StepTaken>> step, CancellationToken cancel)
    {
        var (app, state, form) = await Resume(context, cancel);
        if (app is null || state is null || form is null) return AuthorizePages.Stopped(RunOut);
        var taken = await step(app, state, form);
        return await Show(context, app, taken, cancel);
    }

    /// <summary>The page of what is owed next.</summary>
    private async ValueTask<IResult> Show(HttpContext context, AppRow app, StepTaken taken, CancellationToken cancel)
    {
        var state = taken.State;
        if (state.User is null)
        {
            return state.FactorChallenge is null
                ? SignInPage(context, app, state, taken.Problem) : AuthorizePages.Factor(Sealed(context, state), taken.Problem);
        }

        if (state.NeedsPatient)
        {
            var offered = await choose.Offer(state, taken.Found, cancel);
            if (offered.Refusal is { } none) return AuthorizePages.Stopped(none);
            // A person with one record has no choice to make.
            if (!offered.Value.Searches && offered.Value.Patients is [var only]) state = state with { Patient = only.Id.Value };
            else
            {
                return AuthorizePages.Patients(
                    app, Sealed(context, state), offered.Value.Patients, offered.Value.Searches, taken.Problem);
            }
        }

        var names = await choose.Names(state, cancel);
        if (names.Refusal is { } gone) return AuthorizePages.Stopped(gone);
        return AuthorizePages.Consent(app, state, Sealed(context, state), names.Value.User, names.Value.Patient);
    }

    private async Task<IResult> Decide(HttpContext context, CancellationToken cancel)
    {
        var (app, state, form) = await Resume(context, cancel);
        if (app is null || form is null || state is not { User: not null, NeedsPatient: false }) return AuthorizePages.Stopped(RunOut);

        var outcome = await consent.Decide(app, state, form, AuditOrigin.Of(context), cancel);
        if (outcome.Refusal is not { } refusal)
            return AuthorizePages.Return(Address(state.RedirectUri, state.Echo, ("code", outcome.Value)));
        var back = AuthorizePages.Return(
            Address(state.RedirectUri, state.Echo, ("error", refusal.Code), ("error_description", refusal.Message)));
        // The user's own refusal is recorded as a decision.
        return refusal == GiveConsent.Denied ? back : new RefusedAnswer(refusal, back);
    }

    private async ValueTask<(AppRow? App, AuthorizeState? State, OAuthForm? Form)> Resume(HttpContext context, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (AuthorizeCookie.Read(context) is not { } cookie) return default;
        var form = await OAuthForm.Read(context.Request, cancel);
        if (form.IsRefused || AuthorizeState.Open(root, cookie, form.Value["authorization"], clock.GetUtcNow()) is not { } state) return default;
        if (state.User is { } user) context.Concerns(new AuditSubject(new TenantId(state.Tenant)) { User = new UserId(user) });
        return (await AppRow.Find(database, state.App, cancel), state, form.Value);
    }

    private IResult SignInPage(HttpContext context, AppRow app, AuthorizeState state, Refusal? problem) =>
        AuthorizePages.SignIn(app, Sealed(context, state), chooseDoor: state.Launch is null, problem);

    private string Sealed(HttpContext context, AuthorizeState state) => state.Seal(root, AuthorizeCookie.Ensure(context, ids));

    /// <summary>RFC 9207: <c>iss</c> tells the application whose answer it is.</summary>
    private string Address(string redirect, string? echo, params (string Name, string Value)[] parts) => QueryHelpers.AddQueryString(
        redirect,
        parts.Append(("state", echo ?? "")).Append(("iss", addresses.Issuer))
            .Select(part => KeyValuePair.Create(part.Item1, (string?)part.Item2)));

    private static readonly Refusal RunOut = new(
        RefusalKind.Invalid, "authorization_over", "This page is too old, or was opened in another browser. Go back to the application.");
}

/// <summary>Where a step leads: the state as it is now, why it was not taken, and patients that a search found.</summary>
internal sealed record StepTaken(AuthorizeState State, Refusal? Problem = null, IReadOnlyList<PatientFacts>? Found = null);
