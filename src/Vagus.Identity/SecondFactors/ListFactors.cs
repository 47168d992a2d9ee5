using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Identity.Sessions;
using Vagus.Storage;

namespace Vagus.Identity.SecondFactors;

/// <summary>Shows a user his or her second factors, and whether an administrator is about to remove them.</summary>
internal static class ListFactors
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/factors", List)
        .Require(Policy.AnyCaller)
        .AuditsNothing("a user sees the own factors only");

    private static async Task<Ok<FactorPage>> List(
        HttpContext context, Database database, TenantSettings settings, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = context.Caller();
        var factors = await FactorRow.Of(database, caller.Tenant, caller.User, cancel);
        var policy = SignInPolicy.Parse(await settings.Read(caller.Tenant, SignInPolicy.Setting, cancel));
        return TypedResults.Ok(new FactorPage(
            [.. factors.Where(factor => factor.Confirmed).Select(FactorView.Of)],
            await RecoveryCodes.Left(database, caller.Tenant, caller.User, cancel),
            policy.SecondFactor.Contains(caller.Role),
            await ResetFactors.DueAt(database, caller.Tenant, caller.User, cancel)));
    }

    /// <summary><c>ResetAt</c>: when all of it will be removed, unless the user cancels.</summary>
    internal sealed record FactorPage(
        IReadOnlyList<FactorView> Items, int RecoveryCodesLeft, bool Demanded, DateTimeOffset? ResetAt);

    internal sealed record FactorView(string Id, string Kind, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt)
    {
        public static FactorView Of(FactorRow row) => new(row.Id, FactorRow.NameOf(row.Kind), row.Name, row.CreatedAt, row.LastUsedAt);
    }
}
