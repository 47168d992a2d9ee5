using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Holding;

/// <summary>
/// The patient's thread that a waiting message is to begin. It is in no table of threads: it has the id that it will have, and its subject
/// is sealed where it will be.
/// </summary>
internal sealed record HeldBeginning(PatientId Patient, string Category, string Priority, byte[] SealedSubject)
{
    /// <summary>The thread before its first message.</summary>
    public ThreadRow Row(string id, Caller by, DateTimeOffset at) =>
        new NewThread(Patient, "", Category, Priority).Row(id, by, at) with { SealedSubject = SealedSubject };
}

/// <summary>What of a thread that is to begin its author is shown beside the message.</summary>
internal sealed record BeginningAnswer(string PatientId, string? Subject, string Category, string Priority);
