using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Identity.People;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.SigningIn;

/// <summary>Who the caller is, and what navigation and buttons may offer.</summary>
internal static class ReadProfile
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/me", Show)
        .Require(Policy.AnyCaller)
        .AuditsNothing("a user sees the own account only");

    private static async Task<Results<Ok<Me>, ProblemHttpResult>> Show(HttpContext context, Database database, CancellationToken cancel)
    {
        var caller = context.Caller();
        var me = await database.QueryOne(
            Find,
            [caller.Tenant.Value, caller.User.Value],
            row => Read(row, caller.Session),
            cancel);
        context.Response.Headers.CacheControl = "no-store";
        return me is null ? Authentication.Unauthenticated.ToProblem() : TypedResults.Ok(me);
    }

    private static Me Read(DbDataReader row, SessionId session)
    {
        var user = UserRow.Map(row);
        return new Me(UserView.Of(user), row.GetString(UserRow.ColumnCount), session.Value, Permissions.Of(user.Role));
    }

    internal sealed record Me(
        UserView User, string TenantName, string SessionId, IReadOnlyDictionary<string, IReadOnlyList<string>> Permissions);

    private static readonly Statement Find = new($"""
        select {UserRow.Columns}, t.name
        from access_user u
        join access_tenant t on t.tenant_id = u.tenant_id
        where u.tenant_id = @tenant_id
          and u.user_id = @user_id
        """);
}
