using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Access.Tenants;
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

    private static async Task<Results<Ok<Me>, ProblemHttpResult>> Show(
        HttpContext context, Database database, TenantSettings settings, CancellationToken cancel)
    {
        var (caller, narrowing) = (context.Caller(), context.Reach().Narrowing);
        var zone = await settings.Read(caller.Tenant, TenantSettings.TimeZone, cancel);
        var me = await database.QueryOne(
            Find,
            [caller.Tenant.Value, caller.User.Value],
            row => Read(row, caller.Session, narrowing) with { TimeZone = ZoneIn(zone) },
            cancel);
        context.Response.Headers.CacheControl = "no-store";
        return me is null ? Authentication.Unauthenticated.ToProblem() : TypedResults.Ok(me);
    }

    private static Me Read(DbDataReader row, SessionId session, TenantNarrowing narrowing)
    {
        var user = UserRow.Map(row);
        return new Me(UserView.Of(user), row.GetString(UserRow.ColumnCount), session.Value, Permissions.Of(user.Role, narrowing));
    }

    private static string ZoneIn(JsonElement? setting) =>
        setting is { ValueKind: JsonValueKind.String } name ? name.GetString() ?? Utc : Utc;

    internal sealed record Me(
        UserView User, string TenantName, string SessionId, IReadOnlyDictionary<string, IReadOnlyList<string>> Permissions)
    {
        /// <summary>The IANA name of the tenant's time zone; UTC where it has set none.</summary>
        public string TimeZone { get; init; } = Utc;
    }

    private const string Utc = "UTC";

    private static readonly Statement Find = new($"""
        select {UserRow.Columns}, t.name
        from access_user u
        join access_tenant t on t.tenant_id = u.tenant_id
        where u.tenant_id = @tenant_id
          and u.user_id = @user_id
        """);
}
