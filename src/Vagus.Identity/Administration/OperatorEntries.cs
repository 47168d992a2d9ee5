using Vagus.Access.Audit;
using Vagus.Kernel;

namespace Vagus.Identity.Administration;

/// <summary>What the audit says of the administration of users, which is done by the operator's command line.</summary>
internal static class OperatorEntries
{
    private const string Operator = "operator";

    public static AuditEntry Added(NewUser user, UserId id) => new(AuditActions.AddUser)
    {
        Client = Operator,
        On = $"User/{id}",
        Patients = user.Patient is { } patient ? [patient] : [],
        Detail = $"role={user.Role.Name()}{(user.SeesSensitive ? ",sees-sensitive=true" : "")}",
    };

    public static AuditEntry Changed(UserId user, string change, PatientId? patient = null) => new(AuditActions.ChangeUser)
    {
        Client = Operator,
        On = $"User/{user}",
        Patients = patient is { } known ? [known] : [],
        Detail = change,
    };
}
