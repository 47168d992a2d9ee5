using Vagus.Messaging.Hours;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Triage;

/// <summary>
/// When a patient who waits is to be answered. Pure. The time runs from the instant since which the patient waits, in the business hours of
/// the thread's team; it rests while the clinic waits for the patient, and goes on with what was left of it. Of a thread that is opened
/// again it runs from then. Where no target fits, nothing is due; what is used up of the time is kept for a target that comes.
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
        var calendar = policy.CalendarOf(after);
        if (before.Status == ThreadStatus.Closed) after = after with { DueSince = at };
        if (ServiceTarget.Of(policy.Targets, after) is not { } target) return NotDue(WithRest(before, after, calendar, at));
        if (after.Status == ThreadStatus.WaitingPatient)
        {
            if (before.Status == ThreadStatus.Closed) return after with { DueLeft = target.Within, DueUsed = TimeSpan.Zero };
            if (after.DueLeft is not null) return after with { DueAt = null };
            if (before.DueAt is not { } due) return Anew(WithRest(before, after, calendar, at), policy, at);
            var rest = calendar.Between(at, due);
            return after with { DueAt = null, DueLeft = rest, DueUsed = NotNegative(target.Within - rest), OverdueAt = null };
        }

        if (after.DueLeft is { } left)
            return after with { DueAt = calendar.Add(at, left), DueLeft = null, DueSince = at, OverdueAt = null };
        if (after.DueAt is not null && IsCountedAlike(before, after)) return after;
        return Anew(WithRest(before, after, calendar, at), policy, at);
    }

    /// <summary>
    /// The thread by other targets or calendars than it was counted by: what it has used up of its time stays used up.
    /// </summary>
    public static ThreadRow Anew(ThreadRow thread, MessagingPolicy policy, DateTimeOffset at)
    {
        if (thread.WaitsSince is not { } since) return None(thread);
        if (ServiceTarget.Of(policy.Targets, thread) is not { } target) return NotDue(thread);
        var left = NotNegative(target.Within - (thread.DueUsed ?? TimeSpan.Zero));
        if (thread.Status == ThreadStatus.WaitingPatient) return thread with { DueAt = null, DueLeft = left, OverdueAt = null };
        return Until(thread with { DueLeft = null }, policy.CalendarOf(thread).Add(thread.DueSince ?? since, left), at);
    }

    /// <summary>
    /// The thread with what it has used up, where no due date tells that: its time comes to rest with the change, or goes on.
    /// </summary>
    private static ThreadRow WithRest(ThreadRow before, ThreadRow after, BusinessCalendar calendar, DateTimeOffset at)
    {
        var (rested, rests) = (before.Status == ThreadStatus.WaitingPatient, after.Status == ThreadStatus.WaitingPatient);
        if (rested == rests || before.WaitsSince is not { } since) return after;
        return rested
            ? after with { DueSince = at }
            : after with { DueUsed = (before.DueUsed ?? TimeSpan.Zero) + calendar.Between(before.DueSince ?? since, at) };
    }

    private static ThreadRow Until(ThreadRow thread, DateTimeOffset until, DateTimeOffset at) =>
        thread with { DueAt = until, OverdueAt = until > at ? null : thread.OverdueAt };

    private static TimeSpan NotNegative(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span;

    private static ThreadRow NotDue(ThreadRow thread) => thread with { DueAt = null, DueLeft = null, OverdueAt = null };

    /// <summary>Nobody waits.</summary>
    private static ThreadRow None(ThreadRow thread) =>
        thread with { DueAt = null, DueLeft = null, DueUsed = null, DueSince = null, OverdueAt = null };

    private static bool IsCountedAlike(ThreadRow before, ThreadRow after) =>
        before.WaitingSince == after.WaitingSince && before.Category == after.Category && before.Priority == after.Priority
            && before.Team == after.Team;
}
