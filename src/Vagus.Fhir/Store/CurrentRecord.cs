using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>
/// The current version of one resource, for decisions of the server: nothing of what is read here goes to a caller by itself.
/// </summary>
public static class CurrentRecord
{
    /// <summary>Its body; null where there is none, or it is deleted.</summary>
    public static ValueTask<byte[]?> Read(IRunQueries queries, TenantId tenant, string type, string id, CancellationToken cancel) =>
        queries.QueryOne(Current, [tenant.Value, type, id], row => (byte[])row.GetValue(0), cancel);

    /// <summary>The same with the labels that are on it.</summary>
    public static ValueTask<(byte[] Body, Sensitivity Labels)?> ReadLabelled(
        IRunQueries queries, TenantId tenant, string type, string id, CancellationToken cancel) =>
        queries.QueryOne(
            Labelled, [tenant.Value, type, id],
            row => ((byte[] Body, Sensitivity Labels)?)((byte[])row.GetValue(0), (Sensitivity)row.GetInt64(1)), cancel);

    private static readonly Statement Current = Select("v.body");

    private static readonly Statement Labelled = Select("v.body, r.labels");

    private static Statement Select(string columns) => new($"""
        select {columns}
        from fhir_resource r
        join fhir_version v on v.tenant_id = @tenant_id and v.rid = r.rid and v.version = r.version
        where r.type_number = {Names.TypeSql("@tenant_id", "@type")}
          and r.id = @id
          and r.deleted = false
        """);
}
