using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Triage;

/// <summary>
/// When a patient who waits is to be answered. Pure. The time runs from the instant since which the patient waits, in the business hours of
/// the thread's team; it rests while the clinic waits for the patient, and goes on with what was left of it. Of a thread that is opened
/// again it runs from then.
/// </summary>
internal static class DueDates
{
    /// <param name="before">The thread before a message or a change.</param>
    /// <param name="after">The thread after it, without a new due date.</param>
    /// <param name="policy">The tenant's targets and calendars.</param>
    /// <param name="at">When it happens.</param>
    public static ThreadRow After(ThreadRow before, ThreadRow after, MessagingPolicy policy, DateTimeOffset at)
    {
        if (after.WaitsSince is null) return None(after);
        if (ServiceTarget.Of(policy.Targets, after) is not { } target) return None(after);
        var calendar = policy.CalendarOf(after);
        if (before.Status == ThreadStatus.Closed) after = after with { DueSince = at };
        if (after.Status == ThreadStatus.WaitingPatient)
        {
            if (before.Status == ThreadStatus.Closed) return after with { DueLeft = target.Within, DueUsed = TimeSpan.Zero };
            if (before.DueAt is not { } due || after.DueLeft is not null) return after with { DueAt = null };
            var rest = calendar.Between(at, due);
            return after with { DueAt = null, DueLeft = rest, DueUsed = NotNegative(target.Within - rest), OverdueAt = null };
        }

        if (after.DueLeft is { } left)
            return after with { DueAt = calendar.Add(at, left), DueLeft = null, DueSince = at, OverdueAt = null };
        if (after.DueAt is not null && IsCountedAlike(before, after)) return after;
        return Anew(after, policy, at);
    }

    /// <summary>
    /// The thread by other targets or calendars than it was counted by: what it has used up of its time stays used up.
    /// </summary>
    public static ThreadRow Anew(ThreadRow thread, MessagingPolicy policy, DateTimeOffset at)
    {
        if (thread.WaitsSince is not { } since) return None(thread);
        if (ServiceTarget.Of(policy.Targets, thread) is not { } target) return None(thread);
        var left = NotNegative(target.Within - (thread.DueUsed ?? TimeSpan.Zero));
        if (thread.Status == ThreadStatus.WaitingPatient) return thread with { DueAt = null, DueLeft = left, OverdueAt = null };
        return Until(thread with { DueLeft = null }, policy.CalendarOf(thread).Add(thread.DueSince ?? since, left), at);
    }

    private static ThreadRow Until(ThreadRow thread, DateTimeOffset until, DateTimeOffset at) =>
        thread with { DueAt = until, OverdueAt = until > at ? null : thread.OverdueAt };

    private static TimeSpan NotNegative(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span;

    private static ThreadRow None(ThreadRow thread) =>
        thread with { DueAt = null, DueLeft = null, DueUsed = null, DueSince = null, OverdueAt = null };

    private static bool IsCountedAlike(ThreadRow before, ThreadRow after) =>
        before.WaitingSince == after.WaitingSince && before.Category == after.Category && before.Priority == after.Priority
            && before.Team == after.Team;
}
