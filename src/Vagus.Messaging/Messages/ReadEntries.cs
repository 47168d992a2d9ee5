using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Messages;

/// <summary>
/// The audit entries of answers that show threads, messages or notes and change nothing: what was shown, of which patients.
/// </summary>
internal static class ReadEntries
{
    /// <summary>Of one thread.</summary>
    /// <param name="by">The reader.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="shown">The ids of its messages and notes in the answer, or its own.</param>
    public static AuditEntry Of(MessageAuthor by, ThreadRow thread, IEnumerable<string> shown) =>
        Of(by, $"Thread/{thread.Id}", shown, [thread.Patient]);

    /// <summary>Of several threads, or of messages of several threads.</summary>
    /// <param name="by">The reader.</param>
    /// <param name="on">The type of what is shown.</param>
    /// <param name="shown">The ids.</param>
    /// <param name="patients">The patients of the threads, in any order and number.</param>
    public static AuditEntry Of(MessageAuthor by, string on, IEnumerable<string> shown, IEnumerable<PatientId?> patients) =>
        AuditEntry.Of(AuditActions.ReadThread, by.Caller, by.Origin) with
        {
            On = on, Shown = [.. shown], Patients = [.. patients.OfType<PatientId>().Distinct()],
        };

    /// <summary>For a turn that finds its work done before: the answer shows what is there, so the write holds this entry only.</summary>
    public static void Add(MessageTurn turn, ThreadRow thread, string shown) =>
        AuditTrail.Add(turn.Write, Of(turn.By, thread, [shown]));
}
