using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Files;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Messaging.Drafts;
using Vagus.Messaging.Exporting;
using Vagus.Messaging.Holding;
using Vagus.Messaging.Measuring;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Staff;

/// <summary><c>/api/patient-messages</c>: the threads of patients, for staff.</summary>
internal sealed class StaffDoor(ThreadSights sights, UnreadThreads unread, MarkRead marking)
{
    private const string Path = "/api/patient-messages";
    private static readonly Role[] StaffRoles = [.. Enum.GetValues<Role>().Where(role => role.IsStaff())];

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        HoldThread.Map(endpoints.MapGroup(Path).RequireCaller(Role.Admin).RecordsRefusals());
        var staff = endpoints.MapGroup(Path).RequireCaller(StaffRoles).RecordsRefusals();
        ListThreads.Map(staff);
        ReadThread.Map(staff);
        ListAssignments.Map(staff);
        BeginThread.Map(staff);
        WriteThread.Map(staff);
        ChangeThread.Map(staff);
        ChangeParticipants.Map(staff);
        KeepDraft.Map(staff, forStaff: true);
        KeepDraft.MapNotes(staff);
        HeldDoor.Map(staff, static message => message);
        FollowThread.Map(staff);
        ExportThread.Map(staff, forStaff: true);
        ReadMetrics.Map(staff);
        ShowOptions.Map(staff);
        staff.MapPost("/threads/{id}/mark-read", (string id, HttpContext http, StaffDoor use) => use.Mark(id, http))
            .Audits(AuditActions.MarkRead);
        staff.MapGet("/unread-count", (HttpContext http, StaffDoor use) => use.Unread(http)).Audits(AuditActions.ReadThread);
        staff.MapMessageUpload();
        staff.MapGet("/attachments/{id}", (string id, HttpContext http, GiveAttachment use) => use.Answer(id, http))
            .Audits(AuditActions.ReadFile);
    }

    private async Task<Results<Ok<ReadUpTo>, ProblemHttpResult>> Mark(string id, HttpContext http)
    {
        var sight = await sights.Of(http.Reach(), http.RequestAborted);
        return await marking.Answer(http, sight.Sees, id, notes: true);
    }

    private async Task<Results<Ok<UnreadAnswer>, ProblemHttpResult>> Unread(HttpContext http) =>
        await unread.Answer(http, await sights.Of(http.Reach(), http.RequestAborted), patientThreadsOnly: false);
}
