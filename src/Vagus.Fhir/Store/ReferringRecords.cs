using Vagus.Fhir.R4.Definitions;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store;

/// <summary>
/// The current resources of one type that refer to a resource, in the order of their creation, for decisions of the server: nothing of what
/// is read here goes to a caller by itself. Of more than a thousand the newest.
/// </summary>
internal static class ReferringRecords
{
    /// <param name="write">A write sees its own rows.</param>
    /// <param name="type">Of the resources that refer.</param>
    /// <param name="parameter">The search parameter of theirs by which they refer.</param>
    /// <param name="target">What they refer to.</param>
    /// <param name="record">Makes something of the id, the version and the body.</param>
    /// <param name="cancel">Ends the reading.</param>
    public static async ValueTask<IReadOnlyList<T>> Read<T>(
        WriteTransaction write, string type, string parameter, (string Type, string Id) target, Func<string, long, byte[], T> record,
        CancellationToken cancel)
    {
        if (R4Definitions.SearchParameter(type, parameter) is not { } known) return [];
        var newestFirst = await write.Query(
            Current, [write.Tenant.Value, type, (long)known.Id, target.Type, target.Id],
            row => record(row.GetString(0), row.GetInt64(1), (byte[])row.GetValue(2)), cancel);
        newestFirst.Reverse();
        return newestFirst;
    }

    private static readonly Statement Current = new($"""
        select r.id, r.version, v.body
        from fhir_reference x
        join fhir_resource r on r.type_number = {Names.TypeSql("@tenant_id", "@type")} and r.rid = x.rid
        join fhir_version v on v.tenant_id = @tenant_id and v.rid = r.rid and v.version = r.version
        where x.tenant_number = {Names.TenantSql("@tenant_id")}
          and x.param = @param
          and x.target_type = {Names.TypeSql("@tenant_id", "@target_type")}
          and x.target_id = @target_id
          and r.deleted = false
        order by r.rid desc
        limit 1000
        """);
}
