using Vagus.Fhir.Definitions;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store;

/// <summary>
/// A Provenance tells that somebody signed its targets, so it is as sensitive as the most sensitive of them, whatever its own labels say.
/// Targets that the same transaction wrote before it count.
/// </summary>
internal static class ProvenanceLabels
{
    private static readonly int? Target = R4.SearchParameter("Provenance", "target")?.Id;

    public static async ValueTask<PreparedResource> Inherit(WriteTransaction write, PreparedResource resource, CancellationToken cancel)
    {
        if (resource.Type != "Provenance" || resource.Sensitive) return resource;
        foreach (var target in resource.Index.References)
        {
            if (target.Parameter != Target || target is not { Type: { } type, Id: { } id }) continue;
            if (await write.QueryOne(IsSensitive, [write.Tenant.Value, type, id], row => row.GetBoolean(0), cancel))
            {
                return resource with { Sensitive = true };
            }
        }

        return resource;
    }

    private static readonly Statement IsSensitive = new("""
        select sensitive
        from fhir_resource
        where tenant_id = @tenant_id
          and type = @type
          and id = @id
        """);
}
