using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Identity.Doors;
using Vagus.Kernel;

namespace Vagus.Identity.OAuth;

/// <summary>A tenant's administrator registers applications and takes them out of use.</summary>
internal sealed class AdministerApps(Apps apps)
{
    private const int MaxBody = 16 * 1024;

    public static void Map(IEndpointRouteBuilder admin)
    {
        var group = admin.MapGroup("/apps");
        group.MapGet("", (HttpContext context, AdministerApps use, CancellationToken cancel) => use.List(context, cancel))
            .AuditsNothing("registrations hold nothing of any patient");
        group.MapPost("", (HttpContext context, AdministerApps use, CancellationToken cancel) => use.Add(context, cancel))
            .Audits(AuditActions.AddApp).RequireFreshSignIn();
        group.MapGet("/{clientId}",
            (string clientId, HttpContext context, AdministerApps use, CancellationToken cancel) => use.Show(clientId, context, cancel))
            .AuditsNothing("registrations hold nothing of any patient");
        group.MapPatch("/{clientId}",
            (string clientId, HttpContext context, AdministerApps use, CancellationToken cancel) => use.Change(clientId, context, cancel))
            .Audits(AuditActions.ChangeApp).RequireFreshSignIn();
    }

    private async Task<Ok<AppPage>> List(HttpContext context, CancellationToken cancel) =>
        TypedResults.Ok(new AppPage(await apps.List(context.Caller().Tenant, cancel)));

    private async Task<Results<Ok<AppView>, ProblemHttpResult>> Show(string clientId, HttpContext context, CancellationToken cancel) =>
        await apps.Find(context.Caller().Tenant, clientId, cancel) is { } app ? TypedResults.Ok(app) : Apps.NotFound.ToProblem();

    private async Task<Results<Created<RegisteredApp>, ProblemHttpResult>> Add(HttpContext context, CancellationToken cancel)
    {
        var body = await JsonBody.Read<NewAppBody>(context.Request, MaxBody, cancel);
        if (body.Refusal is { } unreadable) return unreadable.ToProblem();
        var given = body.Value;
        var app = new NewApp(given.Name ?? "", given.Type ?? "", given.Scopes ?? "")
        {
            RedirectUris = given.RedirectUris ?? [],
            LaunchUrl = given.LaunchUrl,
            Jwks = given.Jwks is { ValueKind: JsonValueKind.Object } keys ? keys.GetRawText() : null,
            JwksUrl = given.JwksUrl,
            SeesSensitive = given.SeesSensitive ?? false,
        };
        var caller = context.Caller();
        var added = await apps.Add(caller.Tenant, app, AuditActor.Of(context), cancel);
        return added.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.Created((string?)null, added.Value);
    }

    private async Task<Results<Ok<AppView>, ProblemHttpResult>> Change(string clientId, HttpContext context, CancellationToken cancel)
    {
        var body = await JsonBody.Read<ChangeBody>(context.Request, cancel);
        if (body.Refusal is { } unreadable) return unreadable.ToProblem();
        if (body.Value.Disabled is not { } disabled) return Refusals.InvalidRequest.ToProblem();
        var caller = context.Caller();
        var changed = await apps.Disable(caller.Tenant, clientId, disabled, AuditActor.Of(context), cancel);
        return changed.Refusal is { } refusal ? refusal.ToProblem() : await Show(clientId, context, cancel);
    }

    internal sealed record AppPage(IReadOnlyList<AppView> Items);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record NewAppBody(
        string? Name, string? Type, string? Scopes, IReadOnlyList<string>? RedirectUris, string? LaunchUrl, JsonElement? Jwks,
        string? JwksUrl, bool? SeesSensitive);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record ChangeBody(bool? Disabled);
}
