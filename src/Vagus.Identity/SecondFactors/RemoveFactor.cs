using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Identity.Mail;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SecondFactors;

/// <summary>A user removes a second factor, or replaces the recovery codes.</summary>
internal static class RemoveFactor
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapDelete("/factors/{id}", Remove).Require(Policy.AnyCaller).RequireFreshSignIn()
            .Audits(AuditActions.RemoveFactor);
        endpoints.MapPost("/factors/recovery-codes", Renew).Require(Policy.AnyCaller).RequireFreshSignIn()
            .Audits(AuditActions.RenewRecoveryCodes);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        string id, HttpContext context, GroupCommit commit, TellUser tell, CancellationToken cancel)
    {
        var caller = context.Caller();
        var removed = await commit.Write<string>(
            caller.Tenant, async (write, token) =>
            {
                var outcome = await RemoveOne(write, AuditActor.Of(context), caller, id, token);
                if (!outcome.IsRefused) await tell.Tell(write, caller.User, MailKind.FactorRemoved, token);
                return outcome;
            },
            cancel);
        return removed.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }

    private static async ValueTask<Result<string>> RemoveOne(
        WriteTransaction write, AuditActor by, Caller caller, string id, CancellationToken cancel)
    {
        var removed = await write.Execute(DeleteOne, [write.Tenant.Value, caller.User.Value, id], cancel);
        if (removed == 0) return FactorRefusals.NotFound;
        AuditTrail.Add(write, FactorEntries.Of(by, AuditActions.RemoveFactor, caller.User, $"factor={id}"));
        if ((await FactorRow.Of(write, caller.User, cancel)).Any(factor => factor.Confirmed)) return id;

        var policy = SignInPolicy.Parse(await TenantSettings.Read(write, SignInPolicy.Setting, cancel));
        if (policy.SecondFactor.Contains(caller.Role)) return FactorRefusals.LastOne;
        await RecoveryCodes.DeleteOf(write, caller.User, cancel);
        return id;
    }

    private static async Task<Results<Ok<NewCodes>, ProblemHttpResult>> Renew(
        HttpContext context, GroupCommit commit, RecoveryCodes recovery, TellUser tell, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = context.Caller();
        var renewed = await commit.Write<NewCodes>(
            caller.Tenant,
            async (write, token) =>
            {
                if (!(await FactorRow.Of(write, caller.User, token)).Any(factor => factor.Confirmed)) return FactorRefusals.NoFactor;
                AuditTrail.Add(write, FactorEntries.Of(AuditActor.Of(context), AuditActions.RenewRecoveryCodes, caller.User));
                await tell.Tell(write, caller.User, MailKind.RecoveryCodesRenewed, token);
                return new NewCodes(await recovery.Renew(write, caller.User, token));
            },
            cancel);
        return renewed.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.Ok(renewed.Value);
    }

    internal sealed record NewCodes(IReadOnlyList<string> RecoveryCodes);

    private static readonly Statement DeleteOne = new("""
        delete from access_factor
        where tenant_id = @tenant_id
          and user_id = @user_id
          and factor_id = @factor_id
        """);
}
