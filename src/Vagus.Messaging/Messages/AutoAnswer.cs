using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Messages;

/// <summary>
/// The answer that the server gives a patient by itself, in the write of what it answers. It answers people with the role of a patient
/// only, never itself and nothing that a program sent, so that no two programs can answer each other.
/// </summary>
internal static class AutoAnswer
{
    /// <summary>No user has an id with a colon.</summary>
    public const string Sender = "system:auto-reply";

    /// <summary>Null where the message is not answered.</summary>
    public static NewMessage? To(MessageTurn turn, ThreadRow thread, NewMessage message)
    {
        if (!message.FromPatient || message.IsAutomatic || turn.Caller.Role != Role.Patient) return null;
        if (thread is not { Kind: ThreadKind.Patient, Patient: { } patient } || message.AnswerId is not { } id) return null;
        var isOpen = message.Policy.CalendarOf(thread).IsOpen(turn.Write.At);
        var language = message.Language ?? message.Policy.Language;
        if (message.Policy.AutoReplies.To(thread, isOpen, language, turn.Write.At) is not { } text) return null;
        return new NewMessage(id, text) { SenderName = Sender, Recipients = [$"Patient/{patient}"], IsAutomatic = true };
    }

    /// <summary>The same turn, with the server as the author.</summary>
    public static MessageTurn As(MessageTurn turn) => turn with
    {
        By = new MessageAuthor(
            Caller.OfServer(turn.Write.Tenant, Sender), AuditOrigin.Unknown),
    };
}
