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
        Detail = $"role={user.Role.Name()}{(user.SeesLabels == Sensitivity.None ? "" : "," + Labels(user.SeesLabels))}",
    };

    /// <summary>How a permission reads: all labels, none, or the categories by name.</summary>
    public static string Labels(Sensitivity seen) => seen switch
    {
        Sensitivity.All => "sees-sensitive=true",
        Sensitivity.None => "sees-sensitive=false",
        _ => $"labels={string.Join('+', Sensitivities.NamesOf(seen))}",
    };

    public static AuditEntry Changed(UserId user, string change, PatientId? patient = null) => new(AuditActions.ChangeUser)
    {
        Client = Operator,
        On = $"User/{user}",
        Patients = patient is { } known ? [known] : [],
        Detail = change,
    };
}
