using System.Data.Common;
using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>A version as it decides what finds it and who sees it.</summary>
/// <param name="At">Its instant.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Released">Whether its patient may see it.</param>
/// <param name="Body">Null for a deletion.</param>
/// <param name="CameBy">The address by which its references are read beside the configured ones; null: none.</param>
internal sealed record PairedVersion(DateTimeOffset At, Sensitivity Labels, bool Released, byte[]? Body, string? CameBy);

/// <summary>
/// The version that was written at a position of the log, and the one before it; null where there is none. They are read as the server: who
/// sees what is made of them is decided by who asks.
/// </summary>
internal sealed record VersionPair(long Position, PairedVersion? Before, PairedVersion? After)
{
    /// <summary>Of these positions.</summary>
    /// <param name="queries">Where they are read.</param>
    /// <param name="tenant">Whose log.</param>
    /// <param name="first">Positions of first versions.</param>
    /// <param name="later">Positions of other versions.</param>
    /// <param name="cancel">Ends the reading.</param>
    public static async ValueTask<List<VersionPair>> Of(
        IRunQueries queries, TenantId tenant, IReadOnlyCollection<long> first, IReadOnlyCollection<long> later, CancellationToken cancel)
    {
        var pairs = new List<VersionPair>(first.Count + later.Count);
        if (first.Count > 0) pairs.AddRange(await queries.Query(First, [JsonSerializer.Serialize(first), tenant.Value], Read, cancel));
        if (later.Count > 0) pairs.AddRange(await queries.Query(Later, [JsonSerializer.Serialize(later), tenant.Value], Read, cancel));
        return pairs;
    }

    private static VersionPair Read(DbDataReader row) => new(row.GetInt64(0), Version(row, 6), Version(row, 1));

    private static PairedVersion? Version(DbDataReader row, int column) => row.IsDBNull(column)
        ? null
        : new PairedVersion(
            Instant.FromMicroseconds(row.GetInt64(column)), (Sensitivity)row.GetInt64(column + 1), row.GetBoolean(column + 2),
            row.IsDBNull(column + 3) ? null : (byte[])row.GetValue(column + 3),
            row.IsDBNull(column + 4) ? null : row.GetString(column + 4));

    /// <summary>The text for first versions, for the test of its plan. Each is at the position that is its resource's rid.</summary>
    internal static EngineText FirstText { get; } = new(
        """
        select v.position, v.updated_at, v.labels, v.released, v.body, v.came_by,
          cast(null as bigint), cast(null as bigint), v.released, v.body, v.came_by
        from json_each(@asked) a
        cross join fhir_version v
        where v.tenant_id = @tenant_id
          and v.rid = a.value
          and v.version = 1
        """,
        """
        select v.position, v.updated_at, v.labels, v.released, v.body, v.came_by,
          cast(null as bigint), cast(null as bigint), v.released, v.body, v.came_by
        from json_array_elements_text(@asked::json) a (value)
        join lateral (
          select w.position, w.updated_at, w.labels, w.released, w.body, w.came_by
          from fhir_version w
          where w.tenant_id = @tenant_id
            and w.rid = cast(a.value as bigint)
            and w.version = 1
          offset 0) v on true
        """);

    /// <summary>The text for later versions, which the index by position has. The positions lead on both engines.</summary>
    internal static EngineText LaterText { get; } = new(
        """
        select v.position, v.updated_at, v.labels, v.released, v.body, v.came_by,
          b.updated_at, b.labels, b.released, b.body, b.came_by
        from json_each(@asked) a
        cross join fhir_version v
        cross join fhir_version b
        where v.tenant_id = @tenant_id
          and v.position = a.value
          and v.version > 1
          and b.tenant_id = @tenant_id
          and b.rid = v.rid
          and b.version = v.version - 1
        """,
        """
        select v.position, v.updated_at, v.labels, v.released, v.body, v.came_by,
          b.updated_at, b.labels, b.released, b.body, b.came_by
        from json_array_elements_text(@asked::json) a (value)
        join lateral (
          select w.position, w.rid, w.version, w.updated_at, w.labels, w.released, w.body, w.came_by
          from fhir_version w
          where w.tenant_id = @tenant_id
            and w.position = cast(a.value as bigint)
            and w.version > 1
          offset 0) v on true
        join lateral (
          select x.updated_at, x.labels, x.released, x.body, x.came_by
          from fhir_version x
          where x.tenant_id = @tenant_id
            and x.rid = v.rid
            and x.version = v.version - 1
          offset 0) b on true
        """);

    private static readonly Statement First = new(FirstText.Sqlite, FirstText.Postgres);

    private static readonly Statement Later = new(LaterText.Sqlite, LaterText.Postgres);
}
