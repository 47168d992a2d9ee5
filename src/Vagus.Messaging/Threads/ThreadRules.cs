namespace Vagus.Messaging.Threads;

/// <summary>What a message makes of its thread. Pure: the instant comes in.</summary>
internal static class ThreadRules
{
    /// <param name="thread">Before the message.</param>
    /// <param name="fromPatient">The patient, or somebody for it, has written.</param>
    /// <param name="named">The status that the writer asks for; staff only.</param>
    /// <param name="at">When.</param>
    public static ThreadRow AfterMessage(ThreadRow thread, bool fromPatient, string? named, DateTimeOffset at)
    {
        var next = thread with { LastSequence = thread.LastSequence + 1, LastMessageAt = at };
        if (fromPatient) next = next with { SnoozedUntil = null };
        if (thread.Kind != ThreadKind.Patient) next = next with { Status = ThreadStatus.Open };
        else if (fromPatient) next = next with { Status = Awaiting(thread), WaitingSince = thread.WaitsSince ?? at };
        else next = next with { Status = named ?? ThreadStatus.WaitingPatient, WaitingSince = null };
        return next.Status == thread.Status && next.SnoozedUntil == thread.SnoozedUntil
            ? next : next with { Version = thread.Version + 1 };
    }

    /// <summary>An answer that the server gives by itself changes nothing but the place of the last message.</summary>
    public static ThreadRow AfterAutoReply(ThreadRow thread, DateTimeOffset at) => thread with
    {
        LastSequence = thread.LastSequence + 1, LastMessageAt = at, AutoRepliedAt = at,
    };

    private static string Awaiting(ThreadRow thread) =>
        thread.AssignedTo is null ? ThreadStatus.Open : ThreadStatus.WaitingProvider;

    /// <summary>The fields that differ, as events name them.</summary>
    public static IReadOnlyList<string> Changed(ThreadRow before, ThreadRow after)
    {
        List<string> changed = [];
        if (before.Status != after.Status) changed.Add("status");
        if (before.AssignedTo != after.AssignedTo) changed.Add("assignedTo");
        if (before.Team != after.Team) changed.Add("team");
        // Elsewhere who takes part follows from what is written.
        if (after.Kind == ThreadKind.Staff && !before.Members.SequenceEqual(after.Members, StringComparer.Ordinal))
            changed.Add("participants");
        if (before.Priority != after.Priority) changed.Add("priority");
        if (before.Category != after.Category) changed.Add("category");
        if (!ReferenceEquals(before.SealedSubject, after.SealedSubject)) changed.Add("subject");
        if (!before.Labels.SequenceEqual(after.Labels, StringComparer.Ordinal)) changed.Add("labels");
        if (before.SnoozedUntil != after.SnoozedUntil) changed.Add("snoozeUntil");
        if (before.OverdueAt is null && after.OverdueAt is not null) changed.Add("overdue");
        return changed;
    }
}
