using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store;

/// <summary>Who owns or requested a Task, by reference: whom its events are for besides staff. Other resources have no parties.</summary>
internal static class TaskParties
{
    public static readonly long Owner = R4Definitions.SearchParameter("Task", "owner")?.Id ?? -1;
    public static readonly long Requester = R4Definitions.SearchParameter("Task", "requester")?.Id ?? -1;

    public static EventAudience? Of(PreparedResource resource) => resource.Type != "Task" ? null : EventAudience.OfTask(
    [
        .. resource.Index.References
            .Where(reference => IsParty(reference) && reference.Id is not null)
            .Select(reference => $"{reference.Type}/{reference.Id}"),
    ]);

    /// <summary>The parties of the version before: asked while its index rows are still there.</summary>
    public static async ValueTask<EventAudience?> Before(WriteTransaction write, string type, long rid, CancellationToken cancel)
    {
        if (type != "Task") return null;
        object?[] values = [write.Tenant.Value, rid, Owner, Requester];
        return EventAudience.OfTask(await write.Query(Indexed, values, row => $"{row.GetString(0)}/{row.GetString(1)}", cancel));
    }

    private static bool IsParty(ReferenceValue reference) => reference.Parameter == Owner || reference.Parameter == Requester;

    private static readonly Statement Indexed = new("""
        select target_type, target_id
        from fhir_reference
        where tenant_id = @tenant_id
          and rid = @rid
          and param in (@owner, @requester)
          and target_type is not null
        order by target_type, target_id
        """);
}
