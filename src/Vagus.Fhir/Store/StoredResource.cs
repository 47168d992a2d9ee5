using System.Globalization;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>One version of a resource as it is kept. <see cref="Body"/> is the JSON that is served; null when this version is a deletion.</summary>
internal sealed record StoredResource
{
    public required string Type { get; init; }

    public required string Id { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The log position of this change.</summary>
    public required long Position { get; init; }

    public required byte[]? Body { get; init; }

    /// <summary><c>POST</c>, <c>PUT</c> or <c>DELETE</c>.</summary>
    public required string Interaction { get; init; }

    public bool Deleted => Body is null;

    /// <summary>The weak entity tag of R4 §3.1.0.4.</summary>
    public string ETag => string.Create(CultureInfo.InvariantCulture, $"W/\"{Version}\"");

    /// <summary>The columns that every read selects, in this order; see <see cref="Read"/>.</summary>
    internal const string Columns = "r.type, r.id, v.version, v.updated_at, v.position, v.body, v.interaction";

    internal static StoredResource Read(System.Data.Common.DbDataReader row) => new()
    {
        Type = row.GetString(0),
        Id = row.GetString(1),
        Version = row.GetInt64(2),
        UpdatedAt = Instant.FromMicroseconds(row.GetInt64(3)),
        Position = row.GetInt64(4),
        Body = row.IsDBNull(5) ? null : (byte[])row.GetValue(5),
        Interaction = row.GetString(6),
    };
}
