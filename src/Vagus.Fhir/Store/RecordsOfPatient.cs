using System.Data.Common;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>
/// The current resources of one type in a patient's compartment, in the order of their creation, for decisions of the server: nothing of
/// what is read here goes to a caller by itself. Of more than a thousand the newest.
/// </summary>
public static class RecordsOfPatient
{
    /// <param name="queries">Where to ask: a write sees its own rows.</param>
    /// <param name="tenant">Whose records.</param>
    /// <param name="patient">Whose compartment.</param>
    /// <param name="type">The resource type.</param>
    /// <param name="record">Makes something of the id, the version and the body.</param>
    /// <param name="cancel">Ends the reading.</param>
    public static async ValueTask<IReadOnlyList<T>> Read<T>(
        IRunQueries queries, TenantId tenant, PatientId patient, string type, Func<string, long, byte[], T> record,
        CancellationToken cancel)
    {
        var newestFirst = await queries.Query(Current, [tenant.Value, patient.Value, type], row => Map(row, record), cancel);
        newestFirst.Reverse();
        return newestFirst;
    }

    private static T Map<T>(DbDataReader row, Func<string, long, byte[], T> record) =>
        record(row.GetString(0), row.GetInt64(1), (byte[])row.GetValue(2));

    private static readonly Statement Current = new(
        OfPatient(ReachSql.Leading(RidsOfPatient).Sqlite), OfPatient(ReachSql.Leading(RidsOfPatient).Postgres));

    private static string OfPatient(string leading) => $"""
        select r.id, r.version, v.body
        from fhir_resource r
        join fhir_version v on v.tenant_id = @tenant_id and v.rid = r.rid and v.version = r.version
        where {leading}
          and r.type_number = {Names.TypeSql("@tenant_id", "@type")}
          and r.deleted = false
        order by r.rid desc
        limit 1000
        """;

    private static string RidsOfPatient => $"""
        select c.rid
        from fhir_compartment c
        where c.tenant_number = {Names.TenantSql("@tenant_id")}
          and c.patient_id = @patient_id
        """;
}
