using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;

namespace Vagus.Messaging.Measuring;

/// <summary>Whether the first answer met the target that the tenant has set now. Pure.</summary>
internal static class Targets
{
    /// <summary>Null without a target, and while there is time and no answer.</summary>
    public static bool? IsMet(MessagingPolicy policy, BegunByPatient thread, DateTimeOffset now)
    {
        var row = new ThreadRow
        {
            Tenant = new TenantId(""), Id = thread.Id, Kind = ThreadKind.Patient, Category = thread.Category, Priority = thread.Priority,
            Team = thread.Team, Members = [], CreatedBy = "", CreatedAt = thread.At, LastMessageAt = thread.At,
        };
        if (ServiceTarget.Of(policy.Targets, row) is not { } target) return null;
        var due = policy.CalendarOf(row).Add(thread.At, target.Within);
        if (thread.AnsweredAt is { } answered) return answered <= due;
        return now <= due ? null : false;
    }
}
