using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Identity.Mail;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SecondFactors;

/// <summary>
/// An administrator removes all factors of a user who lost them and the recovery codes as well. It takes effect a day later: until then
/// the user sees it in every session and can cancel it. It ends the user's sessions.
/// </summary>
internal sealed partial class ResetFactors(
    Database database, GroupCommit commit, SessionAuthentication sessions, TellUser tell, TimeProvider clock, ILogger<ResetFactors> logger)
{
    public const string AdminPath = "/api/admin/users/{id}/factor-reset";
    public static readonly TimeSpan Delay = TimeSpan.FromHours(24);
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private const long Batch = 100;

    public static void MapAdministration(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(AdminPath, (string id, HttpContext context, ResetFactors reset, CancellationToken cancel) =>
            reset.Ask(AuditActor.Of(context), context.Caller(), new UserId(id), cancel)).Require(Policy.Admin).RequireFreshSignIn()
            .Audits(AuditActions.ResetFactors);
        endpoints.MapDelete(AdminPath, (string id, HttpContext context, ResetFactors reset, CancellationToken cancel) =>
            reset.Cancel(AuditActor.Of(context), context.Caller(), new UserId(id), cancel)).Require(Policy.Admin).RequireFreshSignIn()
            .Audits(AuditActions.ResetFactors);
    }

    public static void MapOwn(IEndpointRouteBuilder endpoints) =>
        endpoints.MapDelete("/factors/reset", (HttpContext context, ResetFactors reset, CancellationToken cancel) =>
            reset.Cancel(AuditActor.Of(context), context.Caller(), context.Caller().User, cancel)).Require(Policy.AnyCaller)
            .Audits(AuditActions.ResetFactors);

    public static ValueTask<DateTimeOffset?> DueAt(Database database, TenantId tenant, UserId user, CancellationToken cancel) =>
        database.QueryOne(
            FindDue, [tenant.Value, user.Value], row => (DateTimeOffset?)Instant.FromMicroseconds(row.GetInt64(0)), cancel);

    private async Task<Results<Accepted<Asked>, ProblemHttpResult>> Ask(
        AuditActor by, Caller admin, UserId user, CancellationToken cancel)
    {
        // One's own are removed one by one, with a fresh sign-in.
        if (admin.User == user) return OwnFactors.ToProblem();
        var asked = await commit.Write<Asked>(
            admin.Tenant,
            async (write, token) =>
            {
                var due = write.At + Delay;
                var values = new object?[]
                {
                    admin.User.Value, write.At.ToMicroseconds(), due.ToMicroseconds(), write.Tenant.Value, user.Value,
                };
                // Asking again does not bring it forward, nor put it off.
                var isNew = await write.Execute(Insert, values, token) == 1;
                if (await write.QueryOne(FindDue, [write.Tenant.Value, user.Value], row => (long?)row.GetInt64(0), token) is not { } at)
                    return NoUser;
                AuditTrail.Add(write, FactorEntries.Of(by, AuditActions.ResetFactors, user, "reset=asked"));
                if (isNew) await tell.Tell(write, user, MailKind.FactorResetAsked, token);
                return new Asked(Instant.FromMicroseconds(at));
            },
            cancel);
        if (asked.Refusal is { } refusal) return refusal.ToProblem();

        Log.Asked(logger, admin.Tenant.Value, admin.User.Value, user.Value);
        return TypedResults.Accepted((string?)null, asked.Value);
    }

    private async Task<Results<NoContent, ProblemHttpResult>> Cancel(
        AuditActor by, Caller caller, UserId user, CancellationToken cancel)
    {
        var cancelled = await commit.Write<int>(
            caller.Tenant,
            async (write, token) =>
            {
                var count = await write.Execute(Delete, [write.Tenant.Value, user.Value], token);
                if (count == 0) return NoReset;
                AuditTrail.Add(write, FactorEntries.Of(by, AuditActions.ResetFactors, user, "reset=cancelled"));
                return count;
            },
            cancel);
        if (cancelled.Refusal is { } refusal) return refusal.ToProblem();

        Log.Cancelled(logger, caller.Tenant.Value, caller.User.Value, user.Value);
        return TypedResults.NoContent();
    }

    /// <summary>Does what is due. Run by every process; the deletion of the row decides which one does it.</summary>
    public async Task ApplyDue(CancellationToken cancel)
    {
        var due = await database.Query(
            AllDue,
            [clock.GetUtcNow().ToMicroseconds(), Batch],
            row => (Tenant: new TenantId(row.GetString(0)), User: new UserId(row.GetString(1))),
            cancel);
        foreach (var (tenant, user) in due)
        {
            var applied = await commit.Write<List<SessionEnd>>(tenant, (write, token) => Apply(write, user, token), cancel);
            if (applied.IsRefused) continue;
            Log.Applied(logger, tenant.Value, user.Value);
            sessions.Announce(applied.Value);
        }
    }

    private async ValueTask<Result<List<SessionEnd>>> Apply(WriteTransaction write, UserId user, CancellationToken cancel)
    {
        var values = new object?[] { write.Tenant.Value, user.Value, clock.GetUtcNow().ToMicroseconds() };
        if (await write.Execute(TakeDue, values, cancel) == 0) return NoReset;
        AuditTrail.Add(write, FactorEntries.Of(AuditActor.Server, AuditActions.ResetFactors, user, "reset=done"));
        await write.Queue(DeleteFactors, [write.Tenant.Value, user.Value], cancel);
        await RecoveryCodes.DeleteOf(write, user, cancel);
        await FactorTries.GiveBack(write, user, cancel);
        await tell.Tell(write, user, MailKind.FactorResetDone, cancel);
        return await EndSessions.OfUser(write, AuditActor.Server, user, EndReason.EndedByOperator, keepNewest: 0, except: null, cancel);
    }

    internal sealed record Asked(DateTimeOffset ResetAt);

    private static readonly Refusal NoUser = new(RefusalKind.NotFound, "user_not_found", "The tenant has no such user.");

    private static readonly Refusal NoReset = new(RefusalKind.NotFound, "reset_not_found", "No reset of second factors was asked for.");

    private static readonly Refusal OwnFactors = new(
        RefusalKind.Conflict, "own_factors", "Your own second factors are removed at /factors; a reset is for another user.");

    private static readonly Statement Insert = new("""
        insert into access_factor_reset (tenant_id, user_id, asked_by, asked_at, due_at)
        select tenant_id, user_id, @asked_by, @asked_at, @due_at
        from access_user
        where tenant_id = @tenant_id
          and user_id = @user_id
        on conflict (tenant_id, user_id) do nothing
        """);

    private static readonly Statement FindDue = new("""
        select due_at
        from access_factor_reset
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);

    private static readonly Statement Delete = new("""
        delete from access_factor_reset
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);

    private static readonly Statement AllDue = new($"""
        select tenant_id, user_id
        from access_factor_reset
        where due_at <= @now
          and {NotStopped.Sql}
        order by due_at, tenant_id, user_id
        limit @limit
        """);

    private static readonly Statement TakeDue = new("""
        delete from access_factor_reset
        where tenant_id = @tenant_id
          and user_id = @user_id
          and due_at <= @now
        """);

    private static readonly Statement DeleteFactors = new("""
        delete from access_factor
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Tenant {Tenant}: {Admin} asked for the reset of the second factors of user {User}")]
        public static partial void Asked(ILogger logger, string tenant, string admin, string user);

        [LoggerMessage(2, LogLevel.Information, "Tenant {Tenant}: {Caller} cancelled the reset of the second factors of user {User}")]
        public static partial void Cancelled(ILogger logger, string tenant, string caller, string user);

        [LoggerMessage(3, LogLevel.Warning, "Tenant {Tenant}: the second factors of user {User} were reset")]
        public static partial void Applied(ILogger logger, string tenant, string user);
    }
}
