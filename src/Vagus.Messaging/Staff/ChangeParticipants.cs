using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;

namespace Vagus.Messaging.Staff;

/// <summary>
/// <c>PUT</c> and <c>DELETE /threads/{id}/participants/{userId}</c>: those who take part in a thread among staff bring in others and let
/// them go. Who comes reads the whole thread; who goes sees nothing of it from that write on.
/// </summary>
internal sealed class ChangeParticipants(
    Database database, ThreadSights sights, StaffMembers members, MessageTurns turns, KeepChange keeping)
{
    public static void Map(IEndpointRouteBuilder staff)
    {
        staff.MapPut(
            "/threads/{id}/participants/{userId}",
            (string id, string userId, HttpContext http, ChangeParticipants use) => use.Add(id, userId, http))
            .Audits(AuditActions.ChangeThread);
        staff.MapDelete(
            "/threads/{id}/participants/{userId}",
            (string id, string userId, HttpContext http, ChangeParticipants use) => use.Remove(id, userId, http))
            .Audits(AuditActions.ChangeThread);
    }

    private async Task<Results<NoContent, ProblemHttpResult>> Add(string id, string user, HttpContext http)
    {
        var sight = await sights.Of(http.Reach(), http.RequestAborted);
        if (await Refuse(sight, id, http) is { } refusal) return refusal.ToProblem();
        if (!await members.AreStaff(http.Caller().Tenant, [user], http.RequestAborted)) return NotStaff.ToProblem();
        return await Answer(id, sight, http, new Change("added", user), thread =>
            thread.Members.Contains(user) ? thread
            : thread.Members.Count >= StaffMembers.Most ? FieldRefusals.Wrong("userId", $"one of at most {StaffMembers.Most} participants")
            : thread with { Members = [.. thread.Members, user] });
    }

    private async Task<Results<NoContent, ProblemHttpResult>> Remove(string id, string user, HttpContext http)
    {
        var sight = await sights.Of(http.Reach(), http.RequestAborted);
        if (await Refuse(sight, id, http) is { } refusal) return refusal.ToProblem();
        return await Answer(id, sight, http, new Change("removed", user), thread =>
            !thread.Members.Contains(user) ? thread
            : thread.Members.Count == 1 ? MessagingRefusals.LastParticipant
            : thread with
            {
                Members = [.. thread.Members.Where(name => name != user)],
                AssignedTo = thread.AssignedTo == user ? null : thread.AssignedTo,
            });
    }

    // Before a turn, which makes its thread a key where it has none.
    private async ValueTask<Refusal?> Refuse(ThreadSight sight, string id, HttpContext http)
    {
        if (await ThreadRow.Find(database, http.Caller().Tenant, id, http.RequestAborted) is not { } thread || !sight.Sees(thread))
            return MessagingRefusals.NoThread;
        return thread.Kind == ThreadKind.Staff ? null : MessagingRefusals.FixedParticipants;
    }

    private async Task<Results<NoContent, ProblemHttpResult>> Answer(
        string id, ThreadSight sight, HttpContext http, Change change, Func<ThreadRow, Result<ThreadRow>> next)
    {
        var changed = await turns.Run(
            MessageAuthor.Of(http), id, turn => One(turn, sight, id, change, next), http.RequestAborted);
        return changed.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }

    private async ValueTask<Result<ThreadRow>> One(
        MessageTurn turn, ThreadSight sight, string id, Change change, Func<ThreadRow, Result<ThreadRow>> next)
    {
        if (await ThreadRow.Find(turn.Write, turn.Write.Tenant, id, turn.Cancel) is not { } thread || !sight.Sees(thread))
            return MessagingRefusals.NoThread;
        var asked = next(thread);
        return asked.Refusal is { } refusal ? refusal : await keeping.Run(turn, thread, asked.Value, $"{change.What}={change.User}");
    }

    /// <summary>As the audit tells it.</summary>
    private sealed record Change(string What, string User);

    private static readonly Refusal NotStaff = FieldRefusals.Wrong("userId", "the id of a member of staff");
}
