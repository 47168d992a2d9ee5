using Vagus.Kernel;

namespace Vagus.Access.Authorization;

/// <summary>
/// What decides how far a caller reaches in records and in the events of roles: callers with equal keys reach alike, but for threads, for
/// what names a person and for what each owns. Rows by patient or by taking part are personal, so patients and drivers stand alone, and so
/// does each caller whose credential grants more or less than the role.
/// </summary>
public readonly record struct ReachKey
{
    private ReachKey(Reach reach)
    {
        Role = reach.Caller.Role;
        SeesLabels = reach.RoleRows.SeesLabels;
        Narrowing = reach.Narrowing;
        User = reach.RoleRows.Patients is not null || reach.RoleRows.Parties is not null ? reach.Caller.User : null;
        Patients = string.Join('|', reach.Caller.OwnPatients.Select(patient => patient.Value))
            + string.Concat(reach.Caller.LimitedPatients.Select(patient => "~" + patient.Value));
        Own = reach.IsOfRole ? null : reach;
    }

    private Role Role { get; }

    private Sensitivity SeesLabels { get; }

    private TenantNarrowing Narrowing { get; }

    private UserId? User { get; }

    private string Patients { get; }

    private Reach? Own { get; }

    public static ReachKey Of(Reach reach) => new(reach);
}
