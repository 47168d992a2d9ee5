using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Identity.DeviceKeys;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Administration;

/// <summary>A live session as administrators see it; the id is no credential.</summary>
public sealed record AdministeredSession(
    string Id,
    string UserId,
    string Role,
    string Client,
    string UserAgent,
    string Address,
    DateTimeOffset StartedAt,
    DateTimeOffset LastSeenAt,
    DateTimeOffset ExpiresAt);

/// <summary>One page; <paramref name="Next"/> names where the next one begins, null on the last.</summary>
public sealed record AdministeredSessions(IReadOnlyList<AdministeredSession> Items, string? Next);

/// <summary>The live sessions of a tenant: who is signed in, and an end to one of them.</summary>
public sealed class AdministerSessions
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;
    private readonly Database database;
    private readonly GroupCommit commit;
    private readonly SessionAuthentication sessions;
    private readonly TimeProvider clock;

    internal AdministerSessions(Database database, GroupCommit commit, SessionAuthentication sessions, TimeProvider clock) =>
        (this.database, this.commit, this.sessions, this.clock) = (database, commit, sessions, clock);

    internal static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet("/sessions", (string? userId, string? after, int? limit, HttpContext context, AdministerSessions use,
            RecordAccountReads reads, CancellationToken cancel) =>
                use.AnswerList(userId is null ? null : new UserId(userId), after, limit, context, reads, cancel))
            .Audits(AuditActions.ReadAccounts);
        admin.MapDelete("/sessions/{id}", (string id, HttpContext context, AdministerSessions use, CancellationToken cancel) =>
            use.AnswerEnd(id, context, cancel)).Audits(AuditActions.SessionEnd).RequireFreshSignIn();
    }

    public async ValueTask<AdministeredSessions> List(
        TenantId tenant, UserId? user, string? after, int? limit, CancellationToken cancel)
    {
        var size = Math.Clamp(limit ?? DefaultLimit, 1, MaxLimit);
        object?[] values = [tenant.Value, user?.Value ?? "", after ?? "", clock.GetUtcNow().ToMicroseconds(), size + 1L];
        var found = await database.Query(Live, values, Map, cancel);
        return found.Count <= size ? new AdministeredSessions(found, null) : new AdministeredSessions(found[..size], found[size - 1].Id);
    }

    public async ValueTask<Result<SessionId>> End(AuditActor by, TenantId tenant, SessionId session, CancellationToken cancel)
    {
        var outcome = await commit.Write<SessionEnd>(
            tenant,
            async (write, token) =>
            {
                var user = await write.QueryOne(FindUser, [tenant.Value, session.Value], row => row.GetString(0), token);
                if (user is null) return Refusals.SessionNotFound;
                var end = await EndSessions.One(write, by, new UserId(user), session, EndReason.EndedByOperator, token);
                if (end is null) return Refusals.SessionNotFound;
                // The session of a device that was lost: what waits there is not to be opened any more.
                await DeviceKeyVersion.Raise(write, new UserId(user), token);
                return end;
            },
            cancel);
        if (outcome.Refusal is { } refusal) return refusal;

        sessions.Announce([outcome.Value]);
        return session;
    }

    private async Task<Results<Ok<AdministeredSessions>, ProblemHttpResult>> AnswerList(
        UserId? user, string? after, int? limit, HttpContext context, RecordAccountReads reads, CancellationToken cancel)
    {
        if (await reads.Record(context, "Session") is { } unrecorded) return unrecorded.ToProblem();
        return TypedResults.Ok(await List(context.Caller().Tenant, user, after, limit, cancel));
    }

    private async Task<Results<NoContent, ProblemHttpResult>> AnswerEnd(string id, HttpContext context, CancellationToken cancel)
    {
        var ended = await End(AuditActor.Of(context), context.Caller().Tenant, new SessionId(id), cancel);
        return ended.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }

    private static AdministeredSession Map(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        row.GetString(4),
        row.GetString(5),
        Instant.FromMicroseconds(row.GetInt64(6)),
        Instant.FromMicroseconds(row.GetInt64(7)),
        Instant.FromMicroseconds(row.GetInt64(8)));

    private static readonly Statement Live = new("""
        select session_id, user_id, role, client, user_agent, address, started_at, seen_at, expires_at
        from access_session
        where tenant_id = @tenant_id
          and (@user_id = '' or user_id = @user_id)
          and session_id > @after
          and ended_at is null
          and expires_at > @now
        order by session_id
        limit @limit
        """);

    private static readonly Statement FindUser = new("""
        select user_id
        from access_session
        where tenant_id = @tenant_id
          and session_id = @session_id
        """);
}
