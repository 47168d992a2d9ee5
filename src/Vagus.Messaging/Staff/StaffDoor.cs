using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Files;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Staff;

/// <summary><c>/api/patient-messages</c>: the threads of patients, for staff.</summary>
internal sealed class StaffDoor(ThreadSights sights, UnreadThreads unread, MarkRead marking, AuditTrail audit)
{
    private static readonly Role[] StaffRoles = [.. Enum.GetValues<Role>().Where(role => role.IsStaff())];

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var staff = endpoints.MapGroup("/api/patient-messages").RequireCaller(StaffRoles).RecordsRefusals();
        ListThreads.Map(staff);
        ReadThread.Map(staff);
        WriteThread.Map(staff);
        ChangeThread.Map(staff);
        staff.MapPost("/threads/{id}/mark-read", (string id, HttpContext http, StaffDoor use) => use.Mark(id, http))
            .Audits(AuditActions.MarkRead);
        staff.MapGet("/unread-count", (HttpContext http, StaffDoor use) => use.Unread(http)).Audits(AuditActions.ReadThread);
        staff.MapMessageUpload();
        staff.MapGet("/attachments/{id}", (string id, HttpContext http, GiveAttachment use) => use.Answer(id, http))
            .Audits(AuditActions.ReadFile);
    }

    private async Task<Results<Ok<ReadUpTo>, ProblemHttpResult>> Mark(string id, HttpContext http)
    {
        var fields = await JsonRequest.OptionalFields(http.Request, "upToSequence");
        if (fields.Refusal is { } unreadBody) return unreadBody.ToProblem();
        var upTo = fields.Value.Position("upToSequence");
        if (upTo.Refusal is { } malformed) return malformed.ToProblem();
        var sight = await sights.Of(http.Reach(), http.RequestAborted);
        var by = MessageAuthor.Of(http);
        var read = await marking.Run(by, sight, id, upTo.Value, notes: true, http.RequestAborted);
        return read.Refusal is { } refused ? refused.ToProblem() : TypedResults.Ok(read.Value);
    }

    private async Task<Results<Ok<UnreadAnswer>, ProblemHttpResult>> Unread(HttpContext http)
    {
        var sight = await sights.Of(http.Reach(), http.RequestAborted);
        var entry = AuditEntry.Of(AuditActions.ReadThread, http.Caller(), AuditOrigin.Of(http)) with { Detail = "unread-count" };
        if (await audit.Append(http.Caller().Tenant, entry) is { } unrecorded) return unrecorded.ToProblem();
        return TypedResults.Ok(UnreadAnswer.Of(await unread.Count(sight, http.RequestAborted)));
    }
}
