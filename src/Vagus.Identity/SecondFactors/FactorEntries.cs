using Vagus.Access.Audit;
using Vagus.Kernel;

namespace Vagus.Identity.SecondFactors;

/// <summary>What the audit says of second factors: whose, by whom, which kind; never a code.</summary>
internal static class FactorEntries
{
    public static AuditEntry Enrolled(AuditActor by, UserId user, string factor, FactorKind kind) =>
        Of(by, AuditActions.EnrolFactor, user, $"factor={factor},kind={FactorRow.NameOf(kind)}");

    /// <summary>Where no session is yet, the user of the challenge is who acts.</summary>
    public static AuditEntry Of(AuditActor by, string action, UserId user, string? detail = null)
    {
        var entry = by.Entry(action) with { On = $"User/{user}", Detail = detail };
        return entry.User is null && by != AuditActor.Server ? entry with { User = user } : entry;
    }
}
