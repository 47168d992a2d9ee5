namespace Vagus.Realtime.Tests.Model;

/// <summary>In which form somebody sees an event.</summary>
internal enum Form
{
    None,
    Whole,

    /// <summary>Without what not everybody may see.</summary>
    Open,

    /// <summary>The notice that a resource went out of sight.</summary>
    Gone,
}

/// <summary>By what it is decided who sees an event.</summary>
internal readonly record struct Reach(IReadOnlyList<string> Patients, bool Labelled, bool Released);

/// <summary>
/// What a person may see, for the events that the model writes. Written down a second time on purpose: the model must not ask the code that
/// it tests.
/// </summary>
internal sealed record Rights(Role Role, bool SeesLabelled, IReadOnlyList<string> Own)
{
    public static readonly Role[] Staff = [Role.Provider, Role.Nurse, Role.Lab, Role.FrontDesk, Role.Billing, Role.Admin];

    private static readonly Dictionary<string, Role[]> Seers = new()
    {
        ["lab.order.created"] = [Role.Provider, Role.Nurse, Role.Admin, Role.Lab],
        ["lab.result.available"] = [Role.Provider, Role.Nurse, Role.Admin, Role.Lab, Role.Patient],
        ["encounter.completed"] = [Role.Provider, Role.Nurse, Role.Admin, Role.FrontDesk],
        ["claim.submitted"] = [Role.Admin, Role.Billing],
        ["Observation"] = [Role.Provider, Role.Nurse, Role.Admin, Role.Lab, Role.Patient],
        ["Condition"] = [Role.Provider, Role.Nurse, Role.Admin, Role.Patient],
    };

    public bool Sees(string type, string? resourceType, in Reach reach, Policy policy)
    {
        if (reach.Labelled && !SeesLabelled) return false;
        if (policy.Takes(Role, type)) return false;
        if (resourceType is null && policy.IsOpen && Role != Role.Patient) return true;
        if (!Seers[resourceType ?? type].Contains(Role)) return false;
        return Role != Role.Patient || (reach.Released && reach.Patients.Any(Own.Contains));
    }

    public override string ToString() => $"{Role}{(SeesLabelled ? "+" : "")}{string.Concat(Own.Select(patient => " " + patient))}";
}

/// <summary>A tenant's setting <c>visibility</c>: open, or events of one family taken from a role.</summary>
internal sealed record Policy(bool IsOpen, Role? From, string Family)
{
    public static readonly Policy Default = new(IsOpen: false, From: null, "");

    public string Json => IsOpen ? "\"open\"" : From is { } role ? $$"""{"{{role.Name()}}":["{{Family}}*"]}""" : "{}";

    public bool Takes(Role role, string type) => role == From && type.StartsWith(Family, StringComparison.Ordinal);
}
