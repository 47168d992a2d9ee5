using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Storage.Log;

namespace Vagus.Fhir.Store;

/// <summary>
/// Who owns or requested a Task, by reference: whom its events are for besides staff; who takes part in the thread of a message; and
/// who owns a Subscription. Other resources have no parties.
/// </summary>
internal static class TaskParties
{
    public static readonly long Owner = R4Definitions.SearchParameter("Task", "owner")?.Id ?? -1;
    public static readonly long Requester = R4Definitions.SearchParameter("Task", "requester")?.Id ?? -1;

    public static EventAudience? Of(PreparedResource resource)
    {
        if (resource.TakingPart is { } names) return EventAudience.OfTask(names);
        return resource.Type != "Task" ? null : EventAudience.OfTask([.. ReferencesOf(resource)]);
    }

    /// <summary>Of a resource that is known by its values: references; of other types none.</summary>
    public static string[] Of(string type, IndexedValues values) => type == "Task" ? [.. ReferencesOf(values)] : [];

    /// <summary>As the resource's own row keeps them: with a blank between, which no reference has; null for other types.</summary>
    public static string? ListOf(PreparedResource resource)
    {
        if (resource.TakingPart is { } names) return string.Join(' ', names);
        return resource.Type != "Task"
            ? null
            : string.Join(' ', ReferencesOf(resource).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    public static EventAudience Parse(string list) => EventAudience.OfTask(Split(list));

    public static string[] Split(string list) => list.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> ReferencesOf(PreparedResource task) => ReferencesOf(task.Index);

    private static IEnumerable<string> ReferencesOf(IndexedValues values) => values.References
        .Where(reference => IsParty(reference) && reference is { Id: not null, Type: not null })
        .Select(reference => $"{reference.Type}/{reference.Id}");

    private static bool IsParty(ReferenceValue reference) => reference.Parameter == Owner || reference.Parameter == Requester;
}
