using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Identity.Doors;
using Vagus.Identity.People;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Recovery;

/// <summary>
/// Takes the wish for a new password: 202, whatever the address. Nothing is looked up here, so neither the answer nor its time tells
/// whether the address is known; <see cref="AnswerForgotten"/> does the rest.
/// </summary>
internal sealed class ForgotPassword(GroupCommit commit, SignInThrottle throttle, AuditTrail audit, AuditSeal seal)
{
    private static readonly string[] Fields = ["email", "tenant"];

    // A wish belongs to no tenant yet; this names the lane that writes it.
    private static readonly TenantId Installation = new("");

    public static void Map(IEndpointRouteBuilder endpoints, Door door) =>
        endpoints.MapPost(
            "/forgot-password",
            (HttpContext context, ForgotPassword forgot, CancellationToken cancel) => forgot.Answer(context, door, cancel))
            .AllowAnyone("who has forgotten a password cannot sign in")
            .Audits(AuditActions.ForgotPassword);

    private async Task<Results<Accepted, ProblemHttpResult>> Answer(HttpContext context, Door door, CancellationToken cancel)
    {
        var fields = await BodyFields.Read(context.Request, Fields, cancel);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var email = fields.Value.Text("email", EmailAddress.MaxLength);
        if (email.Refusal is { } noEmail) return noEmail.ToProblem();
        var tenant = fields.Value.OptionalText("tenant");
        if (tenant.Refusal is { } badTenant) return badTenant.ToProblem();

        var outcome = await Ask(door, email.Value, tenant.Value, ClientFacts.Of(context), cancel);
        return outcome.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.Accepted((string?)null);
    }

    /// <summary>Beyond the throttle nothing is kept, and the answer is the same.</summary>
    private async ValueTask<Result<int>> Ask(Door door, string email, string? tenant, ClientFacts client, CancellationToken cancel)
    {
        var address = email.Trim();
        if (!EmailAddress.IsValid(address) || (tenant is not null && !ChosenId.IsValid(tenant))) return 0;
        if (!await throttle.Enter($"forgotten\n{UserRow.NameOf(door)}", client.Network, cancel)) return 0;

        // In the system log: which tenants know the address is not looked up here.
        var entry = client.Actor.Entry(AuditActions.ForgotPassword) with
        {
            Detail = $"identifier={seal.Identifier(AuditTrail.System, UserRow.KeyOf(address))}",
        };
        if (await audit.Append(AuditTrail.System, entry) is { } unrecorded) return unrecorded;
        return await commit.Write<int>(
            Installation,
            async (write, token) => await write.Execute(
                Keep, [UserRow.NameOf(door), UserRow.KeyOf(address), tenant ?? "", write.At.ToMicroseconds()], token),
            cancel);
    }

    /// <summary>One row for an address: asking often changes nothing.</summary>
    internal static readonly Statement Keep = new("""
        insert into access_forgotten (door, email_key, tenant_key, due_at)
        values (@door, @email_key, @tenant_key, @due_at)
        on conflict do nothing
        """);
}
