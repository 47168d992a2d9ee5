using Vagus.Access.Outgoing;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Notices;

/// <summary>
/// Queues a notice of each message for the other side, and keeps which messages to patients are unread. Of an event it takes no more than
/// the thread: what is told, the thread's own rows say.
/// </summary>
internal sealed class NotifyOfMessages(INotifyUsers notices, ThreadRecipients recipients, UnreadByPatients unread) : LogConsumer
{
    private const string SentType = "message.sent";
    private static readonly string Patient = Role.Patient.Name();
    private static readonly string Server = Role.Service.Name();

    public override string Name => "message-notices";

    public override IReadOnlySet<string>? Types { get; } =
        new HashSet<string>(StringComparer.Ordinal) { SentType, "message.read", "message.retracted" };

    public override async ValueTask Apply(IReadOnlyList<LoggedEvent> events, WriteTransaction write, CancellationToken cancel)
    {
        foreach (var source in events)
        {
            switch (EventCatalogue.TryDeserialize(source.Type, source.Body))
            {
                case MessageSent sent when await ThreadRow.Find(write, write.Tenant, sent.ThreadId, cancel) is { } thread:
                    await Sent(write, thread, sent, source.OccurredAt, cancel);
                    break;
                case MessageRead read when await ThreadRow.Find(write, write.Tenant, read.ThreadId, cancel) is { } thread:
                    await unread.LookAgain(write, thread, cancel);
                    break;
                case MessageRetracted gone when await ThreadRow.Find(write, write.Tenant, gone.ThreadId, cancel) is { } thread:
                    await unread.LookAgain(write, thread, cancel);
                    break;
            }
        }
    }

    private async ValueTask Sent(WriteTransaction write, ThreadRow thread, MessageSent sent, DateTimeOffset at, CancellationToken cancel)
    {
        // What the server answers by itself asks nobody to read it.
        if (sent.SenderRole == Server) return;
        var fromPatient = sent.SenderRole == Patient;
        foreach (var user in await recipients.Of(write, thread, sent.SenderId, fromPatient, cancel))
            await notices.Queue(write, new Notice(NoticeKind.Message, user, thread.Id, at), cancel);
        if (!fromPatient && thread.IsWithPatient)
            await UnreadByPatients.Begin(write, thread, at, cancel);
    }
}
