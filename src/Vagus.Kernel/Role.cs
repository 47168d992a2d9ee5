namespace Vagus.Kernel;

/// <summary>What a caller is to the organization. Wire names are in <see cref="Roles"/>.</summary>
public enum Role
{
    Patient,
    Provider,
    Nurse,
    MedicalAssistant,
    FrontDesk,
    Billing,
    Lab,
    Radiology,
    Pharmacy,
    Driver,
    Admin,
    Service,
}

/// <summary>The wire names of roles and the portal each role works in.</summary>
public static class Roles
{
    private static readonly (Role Role, string Name, string Portal)[] Table =
    [
        (Role.Patient, "patient", "patient"),
        (Role.Provider, "provider", "provider"),
        (Role.Nurse, "nurse", "provider"),
        (Role.MedicalAssistant, "medical_assistant", "provider"),
        (Role.FrontDesk, "front_desk", "provider"),
        (Role.Billing, "billing", "billing"),
        (Role.Lab, "lab", "lab"),
        (Role.Radiology, "radiology", "radiology"),
        (Role.Pharmacy, "pharmacy", "pharmacy"),
        (Role.Driver, "driver", "system"),
        (Role.Admin, "admin", "admin"),
        (Role.Service, "service", "system"),
    ];

    public static IEnumerable<string> Names => Table.Select(row => row.Name);

    public static string Name(this Role role) => Table[(int)role].Name;

    public static string PortalType(this Role role) => Table[(int)role].Portal;

    /// <summary>Staff are all people of the organization; not patients, drivers or services.</summary>
    public static bool IsStaff(this Role role) => role is not (Role.Patient or Role.Driver or Role.Service);

    public static Role? Parse(string? name)
    {
        foreach (var row in Table)
        {
            if (string.Equals(row.Name, name, StringComparison.Ordinal)) return row.Role;
        }

        return null;
    }
}
