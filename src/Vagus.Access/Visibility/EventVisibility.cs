using System.Collections.Frozen;
using Vagus.Access.Authorization;
using Vagus.Events;
using Vagus.Kernel;

namespace Vagus.Access.Visibility;

/// <summary>
/// Who sees which event: one table, asked for every event and caller, on every channel. An event that no line names is shown to no caller.
/// A tenant may narrow or open it (<see cref="TenantVisibility"/>); labels, release, notes and threads hold in each case.
/// </summary>
public static class EventVisibility
{
    private static readonly Role[] Clinicians = [Role.Provider, Role.Nurse, Role.MedicalAssistant];
    private static readonly Role[] Always = [Role.Admin, Role.Service];
    private static readonly Role[] Staff = [.. Enum.GetValues<Role>().Where(role => role.IsStaff())];

    // The first line that names an event decides. A name that ends with a dot is a family.
    private static readonly (string Name, Rule Rule, Role[] Roles)[] Table =
    [
        ("patient.allergy.", Rule.ByRole, [.. Clinicians, .. Always, Role.Pharmacy]),
        ("patient.balance_changed", Rule.ByRole, [.. Always, Role.Billing]),
        ("patient.insurance_verified", Rule.ByRole, [.. Clinicians, .. Always, Role.FrontDesk, Role.Billing]),
        ("patient.", Rule.ByRole, [.. Clinicians, .. Always, Role.FrontDesk]),
        ("appointment.", Rule.ByRole, [.. Clinicians, .. Always, Role.FrontDesk, Role.Billing, Role.Patient]),
        ("encounter.started", Rule.ByRole, [.. Clinicians, .. Always, Role.FrontDesk]),
        ("encounter.completed", Rule.ByRole, [.. Clinicians, .. Always, Role.FrontDesk]),
        ("encounter.", Rule.ByRole, [.. Clinicians, .. Always]),
        ("lab.result.available", Rule.ByRole, [.. Clinicians, .. Always, Role.Lab, Role.Patient]),
        ("lab.", Rule.ByRole, [.. Clinicians, .. Always, Role.Lab]),
        ("biopsy.result_received", Rule.ByRole, [.. Clinicians, .. Always, Role.Lab, Role.Patient]),
        ("biopsy.", Rule.ByRole, [.. Clinicians, .. Always, Role.Lab]),
        ("radiology.report.finalized", Rule.ByRole, [.. Clinicians, .. Always, Role.Radiology, Role.Patient]),
        ("radiology.", Rule.ByRole, [.. Clinicians, .. Always, Role.Radiology]),
        ("pharmacy.", Rule.ByRole, [.. Clinicians, .. Always, Role.Pharmacy]),
        ("claim.", Rule.ByRole, [.. Always, Role.Billing]),
        ("payment.", Rule.ByRole, [.. Always, Role.Billing]),
        ("prior_auth.", Rule.ByRole, [.. Clinicians, .. Always, Role.FrontDesk, Role.Billing]),
        ("alert.", Rule.ByRole, [.. Clinicians, .. Always]),
        ("thread.", Rule.Thread, [.. Clinicians, Role.FrontDesk, Role.Admin]),
        ("message.", Rule.Thread, [.. Clinicians, Role.FrontDesk, Role.Admin]),
        ("note.", Rule.Thread, [.. Clinicians, Role.FrontDesk, Role.Admin]),
        ("resource.", Rule.Resource, Enum.GetValues<Role>()),
    ];

    private static readonly FrozenDictionary<string, (Rule Rule, FrozenSet<Role> Roles, bool StaffOnly)> ByType = EventCatalogue.All
        .SelectMany(type => Table.Where(line => Names(line.Name, type.Name)).Take(1), (type, line) => (type, line))
        .ToFrozenDictionary(
            each => each.type.Name, each => (each.line.Rule, each.line.Roles.ToFrozenSet(), each.type.StaffOnly), StringComparer.Ordinal);

    private enum Rule
    {
        /// <summary>The role decides; a patient sees only what is its own and released.</summary>
        ByRole,

        /// <summary>Those who take part, and the roles for threads of kind <c>patient</c>.</summary>
        Thread,

        /// <summary>Who may read the resource.</summary>
        Resource,
    }

    /// <summary>
    /// True for events of the catalogue that patients get on account of their record: they are told in a form that is fit for a patient.
    /// </summary>
    public static bool IsForPatients(string type) => ByType.TryGetValue(type, out var row) && row.Roles.Contains(Role.Patient);

    public static bool Sees(Caller caller, in EventFacts facts, TenantVisibility? tenant = null)
    {
        if (!ByType.TryGetValue(facts.Type, out var row)) return false;
        if (facts.Sensitive && !caller.SeesSensitive) return false;
        if (row.StaffOnly && !caller.Role.IsStaff()) return false;
        if (tenant?.TakesAway(caller.Role, facts.Type) == true) return false;
        return row.Rule switch
        {
            Rule.Thread => SeesThread(caller, facts, row.Roles),
            Rule.Resource => SeesResource(caller, facts),
            _ when tenant is { IsOpen: true } && caller.Role.IsStaff() => true,
            _ when !row.Roles.Contains(caller.Role) => false,
            _ => caller.Role != Role.Patient || IsOwnAndReleased(caller, facts),
        };
    }

    /// <summary>An event without participation is hidden: the kind of its thread is not known.</summary>
    private static bool SeesThread(Caller caller, in EventFacts facts, FrozenSet<Role> roles)
    {
        if (facts.Participation is not { } thread) return false;
        if (thread.Includes(caller)) return true;
        return thread.Kind == "patient" && caller.Role switch
        {
            Role.Billing => thread.Category == "billing",
            Role.Pharmacy => thread.Category == "prescription_refill",
            var role => roles.Contains(role),
        };
    }

    private static bool SeesResource(Caller caller, in EventFacts facts)
    {
        if (facts.ResourceType is not { } type || !ResourceAccess.MayRead(caller.Role, type)) return false;
        return caller.Role switch
        {
            Role.Patient => IsOwnAndReleased(caller, facts),
            Role.Driver => facts.Participation?.Includes(caller) == true,
            _ => true,
        };
    }

    private static bool IsOwnAndReleased(Caller caller, in EventFacts facts) =>
        facts.Released && facts.Patients.Any(caller.OwnPatients.Contains);

    internal static bool Names(string name, string type) =>
        name[^1] == '.' ? type.StartsWith(name, StringComparison.Ordinal) : type == name;
}
