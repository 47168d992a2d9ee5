using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Staff;

/// <summary>
/// <c>PUT</c> and <c>DELETE /threads/{id}/follow</c>: the caller finds the thread among those that it follows. It gives no right: who does
/// not see the thread any more does not find it there.
/// </summary>
internal sealed class FollowThread(Database database, GroupCommit commit, ThreadSights sights)
{
    private const string Reason = "it changes what its caller finds in a list and nothing of the thread";

    public static void Map(IEndpointRouteBuilder staff)
    {
        staff.MapPut("/threads/{id}/follow", (string id, HttpContext http, FollowThread use) => use.Run(id, Add, http))
            .AuditsNothing(Reason);
        staff.MapDelete("/threads/{id}/follow", (string id, HttpContext http, FollowThread use) => use.Run(id, Remove, http))
            .AuditsNothing(Reason);
    }

    private async Task<Results<NoContent, ProblemHttpResult>> Run(string id, Statement change, HttpContext http)
    {
        var (caller, cancel) = (http.Caller(), http.RequestAborted);
        var sight = await sights.Of(http.Reach(), cancel);
        if (await ThreadRow.Find(database, caller.Tenant, id, cancel) is not { } thread || !sight.Sees(thread))
            return MessagingRefusals.NoThread.ToProblem();
        var changed = await commit.Write<bool>(
            caller.Tenant,
            async (write, stop) =>
            {
                await write.Queue(change, [caller.Tenant.Value, caller.User.Value, id], stop);
                return true;
            },
            cancel);
        return changed.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }

    private static readonly Statement Add = new("""
        insert into messaging_follow (tenant_id, user_id, thread_id)
        values (@tenant_id, @user_id, @thread_id)
        on conflict do nothing
        """);

    private static readonly Statement Remove = new("""
        delete from messaging_follow
        where tenant_id = @tenant_id
          and user_id = @user_id
          and thread_id = @thread_id
        """);
}
