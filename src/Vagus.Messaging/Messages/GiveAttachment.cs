using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Vagus.Access.Files;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Messaging.Files;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Messages;

/// <summary>
/// An attachment to who sees its thread, and to who uploaded it before it belongs to a message that was sent. Of a retracted message there
/// is none, of a note none for the patient's side.
/// </summary>
internal sealed class GiveAttachment(Database database, ThreadSights sights, StoredFiles files, GiveFile give)
{
    public async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Answer(string id, HttpContext http)
    {
        var (caller, cancel) = (http.Caller(), http.RequestAborted);
        if (!Guid.TryParse(id, out _) || await files.Find(caller.Tenant, id, cancel) is not { Store: "message-attachments" } file)
            return MessagingRefusals.NoAttachment.ToProblem();
        return await MayHave(file, http, cancel) ? await give.Answer(file, http) : MessagingRefusals.NoAttachment.ToProblem();
    }

    private async ValueTask<bool> MayHave(StoredFile file, HttpContext http, CancellationToken cancel)
    {
        var caller = http.Caller();
        if (await Attachments.PlaceOf(database, caller.Tenant, file.Id, cancel) is not { } place) return file.Owner == caller.User;
        if (place.OfNote && caller.Role == Role.Patient) return false;
        if (file.Owner == caller.User && await Has(Waits, file, cancel)) return true;
        var thread = await ThreadRow.Find(database, caller.Tenant, place.ThreadId, cancel);
        if (thread is null || !(await sights.Of(http.Reach(), cancel)).Sees(thread)) return false;
        return place.OfNote || await Has(Shown, file, cancel);
    }

    private async ValueTask<bool> Has(Statement statement, StoredFile file, CancellationToken cancel) =>
        await database.QueryOne(statement, [file.Tenant.Value, file.Id], row => row.GetInt64(0), cancel) > 0;

    private static readonly Statement Shown = new("""
        select count(*)
        from messaging_attachment a
        join messaging_message g on g.tenant_id = a.tenant_id and g.message_id = a.item_id
        where a.tenant_id = @tenant_id
          and a.file_id = @file_id
          and g.status = 'sent'
        """);

    private static readonly Statement Waits = new("""
        select count(*)
        from messaging_attachment a
        join messaging_held h on h.tenant_id = a.tenant_id and h.message_id = a.item_id
        where a.tenant_id = @tenant_id
          and a.file_id = @file_id
        """);
}
