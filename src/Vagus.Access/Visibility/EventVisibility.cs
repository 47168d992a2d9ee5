using System.Collections.Frozen;
using Vagus.Access.Authorization;
using Vagus.Events;
using Vagus.Kernel;

namespace Vagus.Access.Visibility;

/// <summary>
/// Who sees which event: one table, asked for every event and caller, on every channel. An event that no line names is shown to no caller.
/// The catalogue names the audience of each event; the caller's <see cref="Reach"/> then decides by patients and parties. A tenant
/// may narrow or open the table (<see cref="TenantPolicy"/>); labels, release, notes and threads hold in each case.
/// </summary>
public static class EventVisibility
{
    private static readonly Role[] Clinicians = [Role.Provider, Role.Nurse, Role.MedicalAssistant];
    private static readonly Role[] Always = [Role.Admin, Role.Service];
    private static readonly Role[] Threads = [.. Clinicians, Role.FrontDesk, Role.Admin];

    // An event's own line decides, or else that of its family. The lines of threads are for those of kind "patient".
    private static readonly Dictionary<string, Role[]> Table = new(StringComparer.Ordinal)
    {
        ["patient"] = [.. Clinicians, .. Always, Role.FrontDesk],
        ["patient.allergy.added"] = [.. Clinicians, .. Always, Role.Pharmacy],
        ["patient.allergy.removed"] = [.. Clinicians, .. Always, Role.Pharmacy],
        ["patient.balance_changed"] = [.. Always, Role.Billing],
        ["patient.insurance_verified"] = [.. Clinicians, .. Always, Role.FrontDesk, Role.Billing],
        ["appointment"] = [.. Clinicians, .. Always, Role.FrontDesk, Role.Billing, Role.Patient],
        ["encounter"] = [.. Clinicians, .. Always],
        ["encounter.started"] = [.. Clinicians, .. Always, Role.FrontDesk],
        ["encounter.completed"] = [.. Clinicians, .. Always, Role.FrontDesk],
        ["lab"] = [.. Clinicians, .. Always, Role.Lab],
        ["lab.result.available"] = [.. Clinicians, .. Always, Role.Lab, Role.Patient],
        ["biopsy"] = [.. Clinicians, .. Always, Role.Lab],
        ["biopsy.result_received"] = [.. Clinicians, .. Always, Role.Lab, Role.Patient],
        ["radiology"] = [.. Clinicians, .. Always, Role.Radiology],
        ["radiology.report.finalized"] = [.. Clinicians, .. Always, Role.Radiology, Role.Patient],
        ["pharmacy"] = [.. Clinicians, .. Always, Role.Pharmacy],
        ["claim"] = [.. Always, Role.Billing],
        ["payment"] = [.. Always, Role.Billing],
        ["prior_auth"] = [.. Clinicians, .. Always, Role.FrontDesk, Role.Billing],
        ["alert"] = [.. Clinicians, .. Always],
        ["thread"] = Threads,
        ["message"] = Threads,
        ["note"] = Threads,
        // For the person whom it names, whatever the role.
        ["notification"] = [],
        ["resource"] = [],
    };

    // The departments that a category brings into a patient's thread.
    private static readonly (Role Role, string Category)[] Departments =
        [(Role.Billing, "billing"), (Role.Pharmacy, "prescription_refill")];

    private static readonly FrozenDictionary<string, (EventType Type, FrozenSet<Role> Roles)> ByType = EventCatalogue.All
        .Select(type => (Type: type, Roles: Table.GetValueOrDefault(type.Name) ?? Table.GetValueOrDefault(type.Family)))
        .Where(row => row.Roles is not null)
        .ToFrozenDictionary(row => row.Type.Name, row => (row.Type, row.Roles!.ToFrozenSet()), StringComparer.Ordinal);

    /// <summary>
    /// True for events of the catalogue that patients get on account of their record: they are told in a form that is fit for a patient.
    /// </summary>
    public static bool IsForPatients(string type) => ByType.TryGetValue(type, out var row) && row.Roles.Contains(Role.Patient);

    public static bool Sees(Reach reach, in EventFacts facts, TenantPolicy? tenant = null)
    {
        var role = reach.Caller.Role;
        if (!ByType.TryGetValue(facts.Type, out var row)) return false;
        if (row.Type.StaffOnly && !role.IsStaff()) return false;
        // Scopes are about resources: of a catalogue event it is not known whether they let all through that it tells.
        if (reach.Ceiling is not null && row.Type.Audience != AudienceKind.Readers) return false;
        if (tenant?.TakesAway(role, facts.Type) == true) return false;
        var isOpened = reach.IsOpened(facts.Row);
        if (!isOpened && tenant is not null && (facts.Labels & tenant.Narrowing.HiddenLabels(role)) != Sensitivity.None) return false;
        return row.Type.Audience switch
        {
            AudienceKind.Participants => SeesThread(reach, facts, row.Roles),
            AudienceKind.Readers => SeesResource(reach, facts, tenant),
            AudienceKind.Person => facts.Participation?.Includes(reach.Caller) == true && (isOpened || reach.RoleRows.Covers(facts.Row)),
            _ => (row.Roles.Contains(role) || (tenant is { IsOpen: true } && role.IsStaff()))
                && (isOpened || reach.RoleRows.Covers(facts.Row)),
        };
    }

    /// <summary>
    /// The catalogue's events that callers of the role may see, by name; threads and messages also where they take part, and
    /// <c>resource.*</c> as their permissions say.
    /// </summary>
    public static IReadOnlyList<string> NamesFor(Role role, TenantPolicy tenant) =>
    [
        .. ByType.Values
            .Where(row => row.Type.Audience != AudienceKind.Readers && !(row.Type.StaffOnly && !role.IsStaff()))
            .Where(row => row.Roles.Contains(role) || (tenant.IsOpen && role.IsStaff() && row.Type.Audience == AudienceKind.Roles))
            .Where(row => !tenant.TakesAway(role, row.Type.Name))
            .Select(row => row.Type.Name)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>An event without participation is hidden: the kind of its thread is not known.</summary>
    private static bool SeesThread(Reach reach, in EventFacts facts, FrozenSet<Role> roles)
    {
        if (facts.Participation is not { } thread) return false;
        if (!reach.RoleRows.SeesLabels.Cover(facts.Labels)) return false;
        // Who was named as staff and has another role since then is no longer among them.
        if (thread.Kind == "staff" && !reach.Caller.Role.IsStaff()) return false;
        if (thread.Includes(reach.Caller)) return true;
        return thread.Kind == "patient"
            && (roles.Contains(reach.Caller.Role) || Departments.Contains((reach.Caller.Role, thread.Category ?? "")));
    }

    private static bool SeesResource(Reach reach, in EventFacts facts, TenantPolicy? tenant)
    {
        if (facts.ResourceType is not { } type || tenant?.Narrowing.Hides(reach.Caller.Role, type) == true) return false;

        // A row that names people is judged as its type is; others without one, since an event is of no type that patients share.
        var row = RowScope.NamesPeople(type) ? facts.Row with { Type = type } : facts.Row;
        foreach (var grant in reach.Grants)
        {
            if (grant.Allows(ResourceInteractions.Read, type) && grant.Rows.Covers(row)) return true;
        }

        return false;
    }

    /// <summary>Whether a name of an event, or of a family where it ends with a dot, names the type.</summary>
    internal static bool Names(string name, string type) =>
        name[^1] == '.' ? type.StartsWith(name, StringComparison.Ordinal) : type == name;
}
