using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>
/// The bodies that <c>resource.*</c> events speak of, for the live readers of the log. Visibility is decided by who reads the log, per
/// event and caller.
/// </summary>
public sealed class ResourceVersions(Database database)
{
    /// <summary>
    /// The versions that were written at these log positions, by position. Positions of other events are not in the answer.
    /// </summary>
    public async ValueTask<Dictionary<long, byte[]>> Between(TenantId tenant, long first, long last, CancellationToken cancel)
    {
        var rows = await database.Query(ByPosition, [tenant.Value, first, last], row => (row.GetInt64(0), (byte[])row.GetValue(1)), cancel);
        return rows.ToDictionary(row => row.Item1, row => row.Item2);
    }

    private static readonly Statement ByPosition = new("""
        select position, body
        from fhir_version
        where tenant_id = @tenant_id
          and position between @first and @last
          and body is not null
        order by position
        """);
}
