using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Realtime.Presence;

/// <summary>
/// Something that people look at together: a FHIR resource or a thread. Who may know of it is decided as for an event about it.
/// </summary>
internal sealed record ViewedResource(string Reference, EventFacts Facts, TenantPolicy Visibility)
{
    private const string Thread = "Thread";

    // Until a thread can say who takes part in it, it is taken for a patient's: those who read patients' threads may know of it.
    private static readonly Participation PatientThread = new("patient", null, []);

    /// <summary>Only people of the organization take part: a patient must not learn from this who opened a record, and when.</summary>
    public bool MayBeKnownTo(Reach reach) =>
        reach.Caller.Role.IsStaff() && EventVisibility.Sees(reach, Facts, Visibility);

    /// <summary>Null when there is no such resource, or none that the caller may know of.</summary>
    public static async ValueTask<ViewedResource?> Find(
        ResourceLabels resources, TenantPolicies visibilities, Reach reach, string reference, CancellationToken cancel)
    {
        if (reference.Split('/') is not [{ Length: > 0 and <= 64 } type, { Length: > 0 and <= 64 } id]) return null;

        var facts = type == Thread
            ? new EventFacts("thread.updated") { Participation = PatientThread }
            : new EventFacts("resource.updated") { ResourceType = type };
        if (type != Thread)
        {
            if (await resources.Of(reach.Tenant, type, id, cancel) is not { } labels) return null;
            facts = facts with { Labels = labels };
        }

        var found = new ViewedResource(reference, facts, await visibilities.Of(reach.Tenant, cancel));
        return found.MayBeKnownTo(reach) ? found : null;
    }
}
