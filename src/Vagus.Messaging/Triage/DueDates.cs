using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Triage;

/// <summary>
/// When a patient who waits is to be answered. Pure. The time runs from the instant since which the patient waits, in the business hours of
/// the thread's team; it rests while the clinic waits for the patient, and goes on with what was left of it.
/// </summary>
internal static class DueDates
{
    /// <param name="before">The thread before a message or a change.</param>
    /// <param name="after">The thread after it, without a new due date.</param>
    /// <param name="policy">The tenant's targets and calendars.</param>
    /// <param name="at">When it happens.</param>
    public static ThreadRow After(ThreadRow before, ThreadRow after, MessagingPolicy policy, DateTimeOffset at)
    {
        if (after.WaitingSince is not { } since || after.Status == ThreadStatus.Closed) return None(after);
        if (ServiceTarget.Of(policy.Targets, after) is not { } target) return None(after);
        var calendar = policy.CalendarOf(after);
        if (after.Status == ThreadStatus.WaitingPatient)
        {
            return before.DueAt is { } due && after.DueLeft is null
                ? after with { DueAt = null, DueLeft = calendar.Between(at, due), OverdueAt = null } : after with { DueAt = null };
        }

        if (after.DueLeft is { } left) return after with { DueAt = calendar.Add(at, left), DueLeft = null, OverdueAt = null };
        if (after.DueAt is not null && IsCountedAlike(before, after)) return after;
        var until = calendar.Add(since, target.Within);
        return after with { DueAt = until, OverdueAt = until > at ? null : after.OverdueAt };
    }

    private static ThreadRow None(ThreadRow thread) => thread with { DueAt = null, DueLeft = null, OverdueAt = null };

    private static bool IsCountedAlike(ThreadRow before, ThreadRow after) =>
        before.WaitingSince == after.WaitingSince && before.Category == after.Category && before.Priority == after.Priority
            && before.Team == after.Team;
}
