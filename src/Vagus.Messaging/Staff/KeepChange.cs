using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Staff;

/// <summary>
/// Writes what staff change of a thread: its row, the audit and the event. A change that changes nothing is audited as what its answer
/// shows.
/// </summary>
internal sealed class KeepChange(ThreadEvents events)
{
    /// <param name="turn">The write.</param>
    /// <param name="thread">As it is.</param>
    /// <param name="next">As it is to be.</param>
    /// <param name="detail">What the audit tells besides the names of the fields; empty: nothing.</param>
    public async ValueTask<ThreadRow> Run(MessageTurn turn, ThreadRow thread, ThreadRow next, string detail)
    {
        var changed = ThreadRules.Changed(thread, next);
        if (changed.Count == 0 && next.CoveredFor == thread.CoveredFor)
        {
            ReadEntries.Add(turn, thread, thread.Id);
            return thread;
        }

        next = next with { Version = thread.Version + 1 };
        await ThreadTables.Replace(turn.Write, thread, next, turn.Cancel);
        AuditTrail.Add(turn.Write, AuditEntry.Of(AuditActions.ChangeThread, turn.Caller, turn.By.Origin) with
        {
            On = $"Thread/{thread.Id}",
            Patients = thread.Patient is { } patient ? [patient] : [],
            Detail = $"changed={string.Join('+', changed)}{(detail.Length > 0 ? $",{detail}" : "")}",
        });
        await events.Changed(turn.Write, turn.Caller, thread, next, turn.Cancel);
        return next;
    }
}
