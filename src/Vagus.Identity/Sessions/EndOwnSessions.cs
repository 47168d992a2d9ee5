using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Sessions;

/// <summary>Ends one of the caller's own sessions, or all but the one that asks.</summary>
internal static class EndOwnSessions
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapDelete("/sessions/{id}", EndOne).Require(Policy.AnyCaller).Audits(AuditActions.SessionEnd);
        endpoints.MapDelete("/sessions", EndOthers).Require(Policy.AnyCaller).Audits(AuditActions.SessionEnd);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EndOne(
        string id, HttpContext context, GroupCommit commit, SessionAuthentication sessions, CancellationToken cancel)
    {
        var (caller, by) = (context.Caller(), AuditActor.Of(context));
        var outcome = await commit.Write<SessionEnd>(
            caller.Tenant,
            // Somebody else's session is answered like one that does not exist.
            async (write, token) =>
                await EndSessions.One(write, by, caller.User, new SessionId(id), EndReason.EndedByUser, token) is { } end
                ? end
                : Refusals.SessionNotFound,
            cancel);
        if (outcome.Refusal is { } refusal) return refusal.ToProblem();

        sessions.Announce([outcome.Value]);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EndOthers(
        HttpContext context, GroupCommit commit, SessionAuthentication sessions, CancellationToken cancel)
    {
        var (caller, by) = (context.Caller(), AuditActor.Of(context));
        var outcome = await commit.Write<List<SessionEnd>>(
            caller.Tenant,
            async (write, token) =>
                await EndSessions.OfUser(write, by, caller.User, EndReason.EndedByUser, keepNewest: 0, except: caller.Session, token),
            cancel);
        if (outcome.Refusal is { } refusal) return refusal.ToProblem();

        sessions.Announce(outcome.Value);
        return TypedResults.NoContent();
    }
}
