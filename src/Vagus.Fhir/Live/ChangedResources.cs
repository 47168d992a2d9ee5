using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Live;

/// <summary>
/// Reads what the <c>resource.*</c> events of a page of the log did to their resources: for each the version before and its own, with the
/// values that their rows hold.
/// </summary>
public sealed class ChangedResources(Database database, OwnBases own)
{
    private readonly SearchIndexer indexer = new(own);

    /// <summary>The changes of resources of these types, by position.</summary>
    public async ValueTask<Dictionary<long, ResourceMove>> Of(
        TenantId tenant, IReadOnlyList<LoggedEvent> rows, IReadOnlySet<string> types,
        IReadOnlyDictionary<AskedResource, ResourceNow>? now, CancellationToken cancel)
    {
        var asked = rows.Select(Change).OfType<Asked>().Where(change => types.Contains(change.Type))
            .ToDictionary(change => change.Row.Position);
        var moves = new Dictionary<long, ResourceMove>(asked.Count);
        await Read(First, asked.Values.Where(change => change.Version == 1));
        await Read(Later, asked.Values.Where(change => change.Version > 1));
        return moves;

        async ValueTask Read(Statement statement, IEnumerable<Asked> changes)
        {
            long[] positions = [.. changes.Select(change => change.Row.Position)];
            if (positions.Length == 0) return;
            var read = await database.Query(
                statement, [JsonSerializer.Serialize(positions), tenant.Value], row => (row.GetInt64(0), Pair.Of(row)), cancel);
            foreach (var (position, pair) in read) moves[position] = MoveOf(asked[position], pair, now);
        }
    }

    private ResourceMove MoveOf(Asked change, Pair pair, IReadOnlyDictionary<AskedResource, ResourceNow>? now)
    {
        // The compartments are those of the write, which knew by which address its client came.
        var after = StateOf(change, pair.After) is { } state
            ? state with { Facts = state.Facts with { Patients = change.Row.Patients } } : null;
        return new ResourceMove(StateOf(change, pair.Before), after, pair.After?.Body)
        {
            Now = now?.GetValueOrDefault(new AskedResource(change.Type, change.Id, change.Version)),
        };
    }

    private ResourceState? StateOf(Asked change, Version? version)
    {
        if (version?.Body is not { } body) return null;
        var resource = OwnReferences.Read(body, own);
        var values = indexer.Extract(resource, change.Type);
        var facts = new RowFacts(
            change.Type,
            [.. CompartmentReader.Patients(values, resource, change.Type).Select(patient => new PatientId(patient))],
            version.Labels,
            version.Released,
            TaskParties.Of(change.Type, values));
        return new ResourceState(change.Id, version.At, values, facts);
    }

    private static Asked? Change(LoggedEvent row) =>
        row.Type.StartsWith(ResourceEvent.Family, StringComparison.Ordinal)
        && row.Resource?.Split('/') is [var type, var id, "_history", var version]
        && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new Asked(row, type, id, number)
            : null;

    private sealed record Asked(LoggedEvent Row, string Type, string Id, long Version);

    private sealed record Version(DateTimeOffset At, Sensitivity Labels, bool Released, byte[]? Body);

    private sealed record Pair(Version? Before, Version? After)
    {
        public static Pair Of(DbDataReader row) => new(At(row, 5), At(row, 1));

        private static Version? At(DbDataReader row, int first) => row.IsDBNull(first)
            ? null
            : new Version(
                Instant.FromMicroseconds(row.GetInt64(first)), (Sensitivity)row.GetInt64(first + 1), row.GetBoolean(first + 2),
                row.IsDBNull(first + 3) ? null : (byte[])row.GetValue(first + 3));
    }

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
