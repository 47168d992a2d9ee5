using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Care.Requests;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Notifications;

/// <summary>
/// <c>POST /api/notifications/{id}/read</c>, <c>/{id}/review</c>, <c>/read-all</c> and <c>/seen</c>: of the caller's own. Seen is that it
/// was on the screen, read that somebody opened it, reviewed that its result was judged; what is read has been seen, what is reviewed
/// has been read. Reading reviews nothing. <c>{ through }</c> is the highest sequence that was on the screen: what was told after it stays
/// as it is. Without it, that is what was told when the request came.
/// </summary>
internal sealed class MarkNotifications(GroupCommit commit, EventLog log)
{
    public static void Map(IEndpointRouteBuilder notifications)
    {
        const string nothing = "it shows nothing: what was read is in the entries of the reading";
        notifications.MapPost("/{id}/read", (string id, HttpContext http, MarkNotifications use) => use.One(ReadOne, id, http))
            .RequireCaller().AuditsNothing(nothing);
        notifications.MapPost("/{id}/review", (string id, HttpContext http, MarkNotifications use) => use.One(ReviewOne, id, http))
            .RequireCaller().AuditsNothing(nothing);
        notifications.MapPost("/read-all", (HttpContext http, MarkNotifications use) => use.All(ReadAll, http))
            .RequireCaller().AuditsNothing(nothing);
        notifications.MapPost("/seen", (HttpContext http, MarkNotifications use) => use.All(SeeAll, http))
            .RequireCaller().AuditsNothing(nothing);
    }

    private async Task<Results<NoContent, ProblemHttpResult>> One(Statement mark, string id, HttpContext http)
    {
        var caller = http.Caller();
        var marked = await commit.Write<bool>(
            caller.Tenant,
            async (write, cancel) =>
                await write.Execute(mark, [write.At.ToMicroseconds(), write.Tenant.Value, caller.User.Value, id], cancel) > 0
                    ? true : NotFound,
            http.RequestAborted);
        return marked.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }

    private async Task<Results<NoContent, ProblemHttpResult>> All(Statement mark, HttpContext http)
    {
        var caller = http.Caller();
        var fields = await BodyFields.Read(http.Request, ["through"], http.RequestAborted);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var given = fields.Value.Position("through");
        if (given.Refusal is { } invalid) return invalid.ToProblem();
        var through = given.Value ?? (await log.Extent(caller.Tenant, http.RequestAborted)).Last;
        var marked = await commit.Write<bool>(
            caller.Tenant,
            async (write, cancel) =>
            {
                await write.Execute(mark, [write.At.ToMicroseconds(), write.Tenant.Value, caller.User.Value, through], cancel);
                return true;
            },
            http.RequestAborted);
        return marked.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }

    private static readonly Refusal NotFound = new(RefusalKind.NotFound, "not_found", "There is no such notification.");

    // A second reading keeps the instant of the first.
    private static readonly Statement ReadOne = new("""
        update care_notification
        set read_at = coalesce(read_at, @now), seen_at = coalesce(seen_at, @now)
        where tenant_id = @tenant_id
          and user_id = @user_id
          and notification_id = @notification_id
        """);

    // What is tracked is done by what it waits for: a biopsy by the signature, not by this.
    private static readonly Statement ReviewOne = new("""
        update care_notification
        set read_at = coalesce(read_at, @now),
            seen_at = coalesce(seen_at, @now),
            done_at = case when tracks is null then coalesce(done_at, @now) else done_at end
        where tenant_id = @tenant_id
          and user_id = @user_id
          and notification_id = @notification_id
        """);

    private static readonly Statement ReadAll = new("""
        update care_notification
        set read_at = @now, seen_at = coalesce(seen_at, @now)
        where tenant_id = @tenant_id
          and user_id = @user_id
          and coalesce(position, 0) <= @through
          and read_at is null
        """);

    private static readonly Statement SeeAll = new("""
        update care_notification
        set seen_at = @now
        where tenant_id = @tenant_id
          and user_id = @user_id
          and coalesce(position, 0) <= @through
          and seen_at is null
        """);
}
