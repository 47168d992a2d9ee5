using Vagus.Access.Outgoing;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Notices;

/// <summary>
/// A notice of messages is about a thread, and asked of the thread itself: read, retracted, or not to be seen any more, it is not sent.
/// </summary>
internal sealed class MessageNotices(ThreadSights sights) : INoticeSource
{
    public NoticeKind Kind => NoticeKind.Message;

    public async ValueTask<DateTimeOffset?> WaitsSince(WriteTransaction write, Caller person, string about, CancellationToken cancel)
    {
        if (await ThreadRow.Find(write, write.Tenant, about, cancel) is not { } thread) return null;
        if (!(await sights.Of(person, cancel)).Sees(thread)) return null;
        var oldest = await write.QueryOne(
            OldestUnread,
            [
                person.User.Value, write.Tenant.Value, thread.Id, thread.Kind == ThreadKind.Patient, person.Role == Role.Patient,
            ],
            row => row.IsDBNull(0) ? null : (long?)row.GetInt64(0), cancel);
        return oldest is { } at ? Instant.FromMicroseconds(at) : null;
    }

    public ValueTask Ended(WriteTransaction write, NoticeEnd end, CancellationToken cancel) => ValueTask.CompletedTask;

    // In a patient's thread the other side is the patient or the care team; elsewhere all but the reader.
    private static readonly Statement OldestUnread = new("""
        select min(g.sent_at)
        from messaging_message g
        left join messaging_mark k on k.tenant_id = g.tenant_id and k.thread_id = g.thread_id and k.user_id = @me
        where g.tenant_id = @tenant_id
          and g.thread_id = @thread_id
          and g.sequence > coalesce(k.read_sequence, 0)
          and g.sender_id <> @me
          and g.sender_role <> 'service'
          and g.status = 'sent'
          and (@of_patient = false or (g.sender_role = 'patient') <> @from_patient)
        """);
}
