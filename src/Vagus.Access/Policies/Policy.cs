using Vagus.Kernel;

namespace Vagus.Access.Policies;

/// <summary>Which callers may enter an endpoint at all. What they find behind the door is decided by <see cref="Reach"/> and <see cref="EventVisibility"/>.</summary>
public sealed record Policy(string Name, IReadOnlySet<Role> Roles)
{
    public static readonly Policy AnyCaller = Of("any_caller", Enum.GetValues<Role>());

    /// <summary>People of the organization: all but patients, drivers and services.</summary>
    public static readonly Policy Staff = Of("staff", [.. Enum.GetValues<Role>().Where(role => role.IsStaff())]);

    /// <summary>Those who treat patients.</summary>
    public static readonly Policy Clinical = Of("clinical", Role.Provider, Role.Nurse, Role.MedicalAssistant, Role.Admin);

    public static readonly Policy Patient = Of("patient", Role.Patient);

    public static readonly Policy Admin = Of("admin", Role.Admin);

    public static readonly Policy Service = Of("service", Role.Service);

    public bool Admits(Role role) => Roles.Contains(role);

    public static Policy Of(string name, params Role[] roles) => new(name, roles.ToHashSet());
}
