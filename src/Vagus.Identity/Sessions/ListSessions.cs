using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Sessions;

/// <summary>Shows a user where he or she is signed in.</summary>
internal static class ListSessions
{
    private const long Limit = 200;

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/sessions", List)
        .Require(Policy.AnyCaller)
        .AuditsNothing("a user sees the own sessions only");

    private static async Task<Ok<SessionPage>> List(HttpContext context, Database database, TimeProvider clock, CancellationToken cancel)
    {
        var caller = context.Caller();
        var items = await database.Query(
            OfUser,
            [caller.Tenant.Value, caller.User.Value, clock.GetUtcNow().ToMicroseconds(), Limit],
            row => new SessionView(
                row.GetString(0),
                row.GetString(1),
                row.GetString(2),
                row.GetString(3),
                Instant.FromMicroseconds(row.GetInt64(4)),
                Instant.FromMicroseconds(row.GetInt64(5)),
                Instant.FromMicroseconds(row.GetInt64(6)),
                row.GetString(0) == caller.Session.Value),
            cancel);
        return TypedResults.Ok(new SessionPage(items));
    }

    internal sealed record SessionPage(IReadOnlyList<SessionView> Items);

    /// <summary><c>Id</c> names the session here and in the audit trail; it is no credential.</summary>
    internal sealed record SessionView(
        string Id,
        string Client,
        string UserAgent,
        string Address,
        DateTimeOffset StartedAt,
        DateTimeOffset LastSeenAt,
        DateTimeOffset ExpiresAt,
        bool Current);

    private static readonly Statement OfUser = new("""
        select session_id, client, user_agent, address, started_at, seen_at, expires_at
        from access_session
        where tenant_id = @tenant_id
          and user_id = @user_id
          and ended_at is null
          and expires_at > @now
        order by started_at desc, session_id desc
        limit @limit
        """);
}
