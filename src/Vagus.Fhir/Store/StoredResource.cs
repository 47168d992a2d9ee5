using System.Data.Common;
using System.Globalization;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>
/// One version of a resource as it is kept. <see cref="Body"/> is the JSON that is served; null when this version is a deletion.
/// </summary>
internal sealed record StoredResource
{
    public required string Type { get; init; }

    public required string Id { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The log position of this change.</summary>
    public required long Position { get; init; }

    public required byte[]? Body { get; init; }

    /// <summary><c>POST</c>, <c>PUT</c>, <c>PATCH</c> or <c>DELETE</c>.</summary>
    public required string Interaction { get; init; }

    /// <summary>Unique within the tenant and the same for all versions: the order of creation.</summary>
    public required long Rid { get; init; }

    /// <summary>The patients in whose compartments the resource is now: a <see cref="CompartmentList"/> as it is kept.</summary>
    public string Compartments { get; init; } = "";

    /// <summary>The categories of this version's labels, where it was read from the database.</summary>
    public Sensitivity Labels { get; init; }

    /// <summary>The statement that must go with it to who gets it (42 CFR 2.32); null where there is none.</summary>
    public string? Notice { get; init; }

    /// <summary>True when the write that answers this brought the resource into being, or back after a deletion.</summary>
    public bool Created { get; init; }

    /// <summary>True when the page was full before this row: its body stayed in the database.</summary>
    public bool Unread { get; init; }

    public bool Deleted => Body is null && !Unread;

    /// <summary>The weak entity tag of R4 §3.1.0.4.</summary>
    public string ETag => string.Create(CultureInfo.InvariantCulture, $"W/\"{Version}\"");

    /// <summary>The columns that every read of a type selects, in this order; see <see cref="Read(DbDataReader)"/>.</summary>
    internal static string Columns(SqlText text, string type) =>
        ColumnsOf($"cast({text.Value(type)} as text)");

    /// <summary>The same where an expression tells the type.</summary>
    internal static string ColumnsOf(string type) =>
        $"{type}, r.id, v.version, v.updated_at, v.position, v.body, v.interaction, r.rid, r.compartments, v.labels";

    internal static StoredResource Read(DbDataReader row) => Read(row, withBody: true);

    internal static StoredResource Read(DbDataReader row, bool withBody) => new()
    {
        Type = row.GetString(0),
        Id = row.GetString(1),
        Version = row.GetInt64(2),
        UpdatedAt = Instant.FromMicroseconds(row.GetInt64(3)),
        Position = row.GetInt64(4),
        Body = !withBody || row.IsDBNull(5) ? null : (byte[])row.GetValue(5),
        Interaction = row.GetString(6),
        Rid = row.GetInt64(7),
        Compartments = row.GetString(8),
        Labels = (Sensitivity)row.GetInt64(9),
        Unread = !withBody,
    };
}
