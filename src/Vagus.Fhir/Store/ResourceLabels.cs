using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>The labels of a resource, for what is told about it without its content: who is looking at it.</summary>
public sealed class ResourceLabels(Database database)
{
    /// <summary>Null when there is no such resource (any more).</summary>
    public async ValueTask<Sensitivity?> Of(TenantId tenant, string type, string id, CancellationToken cancel)
    {
        var found = await database.Query(Find, [tenant.Value, type, id], row => (Sensitivity)row.GetInt64(0), cancel);
        return found.Count == 0 ? null : found[0];
    }

    private static readonly Statement Find = new($"""
        select labels
        from fhir_resource
        where type_number = {Names.TypeSql("@tenant_id", "@type")}
          and id = @id
          and deleted = false
        """);
}
