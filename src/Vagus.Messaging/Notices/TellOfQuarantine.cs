using Vagus.Access.Authorization;
using Vagus.Access.Files;
using Vagus.Access.Outgoing;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Messaging.Files;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;
using Vagus.Messaging.Words;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Notices;

/// <summary>Tells who sent a file that the scanner has found something in it, and that nobody gets it.</summary>
internal sealed class TellOfQuarantine(MessagingPolicies policies, IFindUsers users, ITellPeople people) : IHearQuarantine
{
    public async ValueTask Hear(WriteTransaction write, StoredFile file, CancellationToken cancel)
    {
        if (await Attachments.PlaceOf(write, write.Tenant, file.Id, cancel) is not { } place) return;
        var thread = await ThreadRow.Find(write, write.Tenant, place.ThreadId, cancel);
        var language = (await policies.Of(write, cancel)).Language;
        var isPatient = (await users.Find(write, write.Tenant, file.Owner, cancel))?.Role == Role.Patient;
        var page = isPatient ? $"/messages/{place.ThreadId}" : $"/inbox/{place.ThreadId}";
        var content = new NotificationSent(
            "", "attachment_quarantined", "normal", PatientWords.Find(language, PatientWords.QuarantineTitle) ?? "",
            PatientWords.Find(language, PatientWords.Quarantine) ?? "", thread?.Patient?.Value, null,
            thread is null ? null : new NotificationAction("view_thread", page));
        await people.Tell(write, file.Owner, content, file.Id, cancel);
    }
}
