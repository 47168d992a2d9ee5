using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Identity.Doors;
using Vagus.Kernel;

namespace Vagus.Identity.Administration;

/// <summary>
/// Service accounts over HTTP: make one, and list, add and revoke its secrets. They are listed and disabled as users of the role
/// <c>service</c>.
/// </summary>
internal sealed class AdministerServices(ServiceAccounts services, RecordAccountReads reads)
{
    private static readonly string[] New = ["name", "id", "seesSensitive", "labels", "expiresAt"];
    private static readonly string[] NewSecret = ["expiresAt"];

    public static void Map(IEndpointRouteBuilder admin)
    {
        var group = admin.MapGroup("/service-accounts");
        group.MapPost("", (HttpContext context, AdministerServices use, CancellationToken cancel) => use.Add(context, cancel))
            .Audits(AuditActions.AddService).RequireFreshSignIn();
        group.MapGet("/{userId}/secrets", (string userId, HttpContext context, AdministerServices use, CancellationToken cancel) =>
            use.List(userId, context, cancel)).Audits(AuditActions.ReadAccounts);
        group.MapPost("/{userId}/secrets", (string userId, HttpContext context, AdministerServices use, CancellationToken cancel) =>
            use.AddSecret(userId, context, cancel)).Audits(AuditActions.AddSecret).RequireFreshSignIn();
        group.MapDelete("/{userId}/secrets/{secretId}",
            (string userId, string secretId, HttpContext context, AdministerServices use, CancellationToken cancel) =>
                use.Revoke(userId, secretId, context, cancel)).Audits(AuditActions.RevokeSecret).RequireFreshSignIn();
    }

    private async Task<Results<Created<ServiceSecret>, ProblemHttpResult>> Add(HttpContext context, CancellationToken cancel)
    {
        var fields = await BodyFields.Read(context.Request, New, cancel);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var service = ServiceIn(fields.Value);
        if (service.Refusal is { } bad) return bad.ToProblem();

        var caller = context.Caller();
        return Made(await services.Add(AuditActor.Of(context), caller.Tenant, service.Value, cancel));
    }

    private async Task<Results<Ok<SecretPage>, ProblemHttpResult>> List(string userId, HttpContext context, CancellationToken cancel)
    {
        if (await reads.Record(context, "Secrets") is { } unrecorded) return unrecorded.ToProblem();
        return TypedResults.Ok(new SecretPage(await services.Secrets(context.Caller().Tenant, new UserId(userId), cancel)));
    }

    private async Task<Results<Created<ServiceSecret>, ProblemHttpResult>> AddSecret(
        string userId, HttpContext context, CancellationToken cancel)
    {
        var fields = await BodyFields.Read(context.Request, NewSecret, cancel);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var expires = fields.Value.OptionalInstant("expiresAt");
        if (expires.Refusal is { } bad) return bad.ToProblem();

        var caller = context.Caller();
        return Made(await services.AddSecret(AuditActor.Of(context), caller.Tenant, new UserId(userId), expires.Value, cancel));
    }

    private async Task<Results<NoContent, ProblemHttpResult>> Revoke(
        string userId, string secretId, HttpContext context, CancellationToken cancel)
    {
        var revoked = await services.RevokeSecret(AuditActor.Of(context), context.Caller().Tenant, new UserId(userId), secretId, cancel);
        return revoked.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }

    private static Results<Created<ServiceSecret>, ProblemHttpResult> Made(Result<ServiceSecret> made) =>
        made.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.Created((string?)null, made.Value);

    private static Result<NewServiceAccount> ServiceIn(RequestFields fields)
    {
        var name = fields.Text("name", 200);
        if (name.Refusal is { } noName) return noName;
        var id = fields.OptionalText("id");
        if (id.Refusal is { } badId) return badId;
        var labels = LabelFields.Read(fields);
        if (labels.Refusal is { } badLabels) return badLabels;
        var expires = fields.OptionalInstant("expiresAt");
        if (expires.Refusal is { } badExpiry) return badExpiry;
        return new NewServiceAccount(name.Value)
        {
            Id = id.Value,
            SeesLabels = labels.Value ?? Sensitivity.None,
            ExpiresAt = expires.Value,
        };
    }

    internal sealed record SecretPage(IReadOnlyList<ServiceSecretView> Items);
}
