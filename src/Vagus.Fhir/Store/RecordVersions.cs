using System.Data.Common;
using System.Text.Json;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>One version of a record, as consumers of the log read it. <see cref="Body"/> is null for a deletion.</summary>
public sealed record RecordVersion(long Position, long Rid, long Version, DateTimeOffset At, byte[]? Body)
{
    public required Sensitivity Labels { get; init; }

    public required bool Released { get; init; }
}

/// <summary>
/// Versions in the order of the log, for rooms that keep something of them, and asked for as the server: who is shown what is made of
/// them is decided by <see cref="RecordQuery"/>. Versions are kept for good, so that this goes back behind the log's retention.
/// </summary>
public sealed class RecordVersions(OwnBases own)
{
    private readonly CompartmentReader compartments = new(own);

    /// <summary>The versions that were written at these positions, both included, in order.</summary>
    public static ValueTask<List<RecordVersion>> Between(
        IRunQueries queries, TenantId tenant, long first, long last, CancellationToken cancel) =>
        queries.Query(ByPosition, [tenant.Value, first, last], Map, cancel);

    /// <summary>Whether the record has no version after this one.</summary>
    public static async ValueTask<bool> IsNewest(IRunQueries queries, TenantId tenant, RecordVersion version, CancellationToken cancel) =>
        await queries.QueryOne(Newest, [tenant.Value, version.Rid], row => row.GetInt64(0), cancel) == version.Version;

    /// <summary>The record of this type and id that was there before a position: its <c>rid</c>, or null.</summary>
    public static async ValueTask<long?> Find(
        IRunQueries queries, TenantId tenant, string type, string id, long before, CancellationToken cancel) =>
        await queries.QueryOne(Known, [tenant.Value, type, id, before], row => (long?)row.GetInt64(0), cancel);

    /// <summary>The resource, with references below our own addresses as relative ones.</summary>
    public JsonElement Read(byte[] body) => OwnReferences.Read(body, own);

    /// <summary>The patients in whose compartments a resource is.</summary>
    public IReadOnlyList<string> PatientsOf(JsonElement resource, string type) => compartments.Patients(resource, type);

    private static RecordVersion Map(DbDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), Instant.FromMicroseconds(row.GetInt64(3)),
        row.IsDBNull(6) ? null : (byte[])row.GetValue(6))
    {
        Labels = (Sensitivity)row.GetInt64(4),
        Released = row.GetBoolean(5),
    };

    // A first version is at the position that is its record's rid; the index by position has the later ones only.
    private static readonly Statement ByPosition = new("""
        select position, rid, version, updated_at, labels, released, body
        from fhir_version
        where tenant_id = @tenant_id
          and rid between @first and @last
          and version = 1
        union all
        select position, rid, version, updated_at, labels, released, body
        from fhir_version
        where tenant_id = @tenant_id
          and position between @first and @last
          and version > 1
        order by position
        """);

    private static readonly Statement Newest = new("""
        select version
        from fhir_version
        where tenant_id = @tenant_id
          and rid = @rid
        order by version desc
        limit 1
        """);

    private static readonly Statement Known = new($"""
        select r.rid
        from fhir_resource r
        where r.type_number = {Names.TypeSql("@tenant_id", "@type")}
          and r.id = @id
          and r.rid < @before
        """);
}
