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

    /// <summary>The text, for the test of its plan.</summary>
    internal static EngineText ByPositionText { get; } = new(
        Text("""
            cross join fhir_version v
            where v.tenant_id = @tenant_id
              and v.rid = e.position
              and v.version = 1
              and
            """),
        Text("""
            join lateral (
              select w.position, w.body
              from fhir_version w
              where w.tenant_id = @tenant_id
                and w.rid = e.position
                and w.version = 1
              offset 0) v on true
            where
            """));

    private static readonly Statement ByPosition = new(ByPositionText.Sqlite, ByPositionText.Postgres);

    // A first version is at the position that is its resource's rid, and each is looked up by it, after its event: the index by position
    // has the later versions only, and a range of rids would pass by all versions of each.
    private static string Text(string first) => $"""
        select v.position, v.body
        from event e
        {first} e.tenant_id = @tenant_id
          and e.position between @first and @last
          and e.type = 'resource.created'
          and v.body is not null
        union all
        select position, body
        from fhir_version
        where tenant_id = @tenant_id
          and position between @first and @last
          and version > 1
          and body is not null
        """;
}
