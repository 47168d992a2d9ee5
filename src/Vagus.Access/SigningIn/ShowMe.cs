using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Access.SigningIn;

/// <summary>Who the caller is.</summary>
internal static class ShowMe
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/me", Show).Require(Policy.AnyCaller);

    private static async Task<Results<Ok<Me>, ProblemHttpResult>> Show(HttpContext context, Database database, CancellationToken cancel)
    {
        var caller = context.Caller();
        var me = await database.QueryOne(
            Find,
            [caller.Tenant.Value, caller.User.Value],
            row => new Me(UserView.Of(UserRow.Map(row)), row.GetString(UserRow.ColumnCount), caller.Session.Value),
            cancel);
        context.Response.Headers.CacheControl = "no-store";
        return me is null ? Refusals.Unauthenticated.ToProblem() : TypedResults.Ok(me);
    }

    internal sealed record Me(UserView User, string TenantName, string SessionId);

    private static readonly Statement Find = new($"""
        select {UserRow.Columns}, t.name
        from access_user u
        join access_tenant t on t.tenant_id = u.tenant_id
        where u.tenant_id = @tenant_id
          and u.user_id = @user_id
        """);
}
