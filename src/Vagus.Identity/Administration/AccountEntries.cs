using Vagus.Access.Audit;
using Vagus.Kernel;

namespace Vagus.Identity.Administration;

/// <summary>What the audit says of the administration of accounts: by whom, of which user, what.</summary>
internal static class AccountEntries
{
    public static AuditEntry Added(AuditActor by, NewUser user, UserId id) =>
        Of(by, user.Role == Role.Service ? AuditActions.AddService : AuditActions.AddUser, id, DetailOf(user), user.Patient);

    public static AuditEntry Of(AuditActor by, string action, UserId user, string? detail = null, PatientId? patient = null) =>
        by.Entry(action) with { On = $"User/{user}", Patients = patient is { } known ? [known] : [], Detail = detail };

    private static string DetailOf(NewUser user) => $"role={user.Role.Name()}{(user.SeesSensitive ? ",sees-sensitive=true" : "")}";
}
