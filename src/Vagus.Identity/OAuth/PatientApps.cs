using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.OAuth;

/// <summary>
/// The applications that a patient's account has let in: a list, and the end of each. Its tokens are refused at once here and within
/// seconds in other processes.
/// </summary>
internal sealed class PatientApps(Database database, GroupCommit commit, SessionAuthentication sessions, TimeProvider clock)
{
    private const int MaxShown = 200;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var apps = endpoints.MapGroup("/api/patient-portal/apps").RequireCaller(Role.Patient);
        apps.MapGet("", (HttpContext context, PatientApps use, CancellationToken cancel) => use.List(context, cancel))
            .AuditsNothing("a user sees the own applications only");
        apps.MapDelete("/{clientId}",
            (string clientId, HttpContext context, PatientApps use, CancellationToken cancel) => use.Revoke(clientId, context, cancel))
            .Audits(AuditActions.RevokeApp);
    }

    private async Task<Ok<ConnectedPage>> List(HttpContext context, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = context.Caller();
        var items = await database.Query(
            OfUser,
            [caller.Tenant.Value, caller.User.Value, clock.GetUtcNow().ToMicroseconds(), (long)MaxShown],
            row => new ConnectedApp(
                row.GetString(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3),
                Instant.FromMicroseconds(row.GetInt64(4)), Instant.FromMicroseconds(row.GetInt64(5)),
                Instant.FromMicroseconds(row.GetInt64(6))),
            cancel);
        return TypedResults.Ok(new ConnectedPage(items));
    }

    private async Task<Results<NoContent, ProblemHttpResult>> Revoke(string clientId, HttpContext context, CancellationToken cancel)
    {
        var caller = context.Caller();
        var origin = AuditOrigin.Of(context);
        var outcome = await commit.Write<List<SessionEnd>>(
            caller.Tenant,
            async (write, token) =>
            {
                var ended = await EndAppSessions.OfUser(write, AuditActor.Of(context), clientId, caller.User, EndReason.EndedByUser, token);
                if (ended.Count == 0) return Apps.NotFound;
                AuditTrail.Add(write, AuditEntry.Of(AuditActions.RevokeApp, caller, origin) with { On = $"App/{clientId}" });
                return ended;
            },
            cancel);
        if (outcome.Refusal is { } refusal) return refusal.ToProblem();
        sessions.Announce(outcome.Value);
        return TypedResults.NoContent();
    }

    internal sealed record ConnectedPage(IReadOnlyList<ConnectedApp> Items);

    internal sealed record ConnectedApp(
        string ClientId, string Name, string Scopes, string? PatientId, DateTimeOffset AllowedAt, DateTimeOffset LastUsedAt,
        DateTimeOffset ExpiresAt);

    private static readonly Statement OfUser = new("""
        select a.app_id, a.name, g.scopes, g.patient_id, s.started_at, s.seen_at, s.expires_at
        from access_session s
        join access_app a on a.app_id = s.app_id and a.tenant_id = s.tenant_id
        join access_app_grant g on g.tenant_id = s.tenant_id and g.session_id = s.session_id
        where s.tenant_id = @tenant_id
          and s.user_id = @user_id
          and s.app_id is not null
          and s.ended_at is null
          and s.ends_at > @now
        order by s.started_at desc, s.session_id desc
        limit @limit
        """);
}
