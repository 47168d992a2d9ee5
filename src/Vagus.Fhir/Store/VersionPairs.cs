using System.Data.Common;
using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>A version as it decides what finds it and who sees it. <see cref="Body"/> is null for a deletion.</summary>
internal sealed record PairedVersion(DateTimeOffset At, Sensitivity Labels, bool Released, byte[]? Body);

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

    private static VersionPair Read(DbDataReader row) => new(row.GetInt64(0), Version(row, 5), Version(row, 1));

    private static PairedVersion? Version(DbDataReader row, int column) => row.IsDBNull(column)
        ? null
        : new PairedVersion(
            Instant.FromMicroseconds(row.GetInt64(column)), (Sensitivity)row.GetInt64(column + 1), row.GetBoolean(column + 2),
            row.IsDBNull(column + 3) ? null : (byte[])row.GetValue(column + 3));

    /// <summary>The text for first versions, for the test of its plan. Each is at the position that is its resource's rid.</summary>
    internal static EngineText FirstText { get; } = OfPositions("""
        select v.position, v.updated_at, v.labels, v.released, v.body,
          cast(null as bigint), cast(null as bigint), v.released, v.body
        from asked a
        join fhir_version v on v.tenant_id = @tenant_id and v.rid = a.position and v.version = 1
        """);

    /// <summary>The text for later versions, which the index by position has.</summary>
    internal static EngineText LaterText { get; } = OfPositions("""
        select v.position, v.updated_at, v.labels, v.released, v.body,
          b.updated_at, b.labels, b.released, b.body
        from asked a
        join fhir_version v on v.tenant_id = @tenant_id and v.position = a.position and v.version > 1
        join fhir_version b on b.tenant_id = v.tenant_id and b.rid = v.rid and b.version = v.version - 1
        """);

    private static readonly Statement First = new(FirstText.Sqlite, FirstText.Postgres);

    private static readonly Statement Later = new(LaterText.Sqlite, LaterText.Postgres);

    private static EngineText OfPositions(string text) => new(
        $"with asked as (select value as position from json_each(@asked))\n{text}",
        $"with asked as (select cast(value as bigint) as position from json_array_elements_text(@asked::json) j (value))\n{text}");
}
