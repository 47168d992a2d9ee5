using Vagus.Access.Audit;
using Vagus.Kernel;

namespace Vagus.Identity.People;

/// <summary>What the audit says of changes of accounts: by whom, of which user, what.</summary>
internal static class AccountEntries
{
    public static AuditEntry Of(AuditActor by, string action, UserId user, string? detail = null, PatientId? patient = null) =>
        by.Entry(action) with { On = $"User/{user}", Patients = patient is { } known ? [known] : [], Detail = detail };
}
