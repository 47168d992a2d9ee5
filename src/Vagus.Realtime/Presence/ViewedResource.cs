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

    /// <summary>Only people of the organization take part: a patient must not learn from this who opened a record, and when.</summary>
    public bool MayBeKnownTo(Reach reach) =>
        reach.Caller.Role.IsStaff() && EventVisibility.Sees(reach, Facts, Visibility);

    /// <summary>Null when there is no such resource, or none that the caller may know of.</summary>
    public static async ValueTask<ViewedResource?> Find(
        ResourceLabels resources, IKnowThreads threads, TenantPolicies visibilities, Reach reach, string reference,
        CancellationToken cancel)
    {
        if (reference.Split('/') is not [{ Length: > 0 and <= 64 } type, { Length: > 0 and <= 64 } id]) return null;
        var facts = type == Thread
            ? await OfThread(threads, reach.Tenant, id, cancel) : await OfResource(resources, reach.Tenant, type, id, cancel);
        if (facts is not { } known) return null;
        var found = new ViewedResource(reference, known, await visibilities.Of(reach.Tenant, cancel));
        return found.MayBeKnownTo(reach) ? found : null;
    }

    private static async ValueTask<EventFacts?> OfThread(IKnowThreads threads, TenantId tenant, string id, CancellationToken cancel) =>
        await threads.Find(tenant, id, cancel) is { } participation
            ? new EventFacts("thread.updated") { Participation = participation } : null;

    private static async ValueTask<EventFacts?> OfResource(
        ResourceLabels resources, TenantId tenant, string type, string id, CancellationToken cancel) =>
        await resources.Of(tenant, type, id, cancel) is { } labels
            ? new EventFacts("resource.updated") { ResourceType = type, Labels = labels } : null;
}
