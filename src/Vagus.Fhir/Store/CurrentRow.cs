using System.Data.Common;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store;

/// <summary>What a write must know of the version that it follows.</summary>
internal sealed record CurrentRow(long Rid, long Version, bool Deleted, byte[]? Body)
{
    /// <summary>Whether the caller may see it decides between "replace" and "not found", so both are asked in one statement.</summary>
    public required bool WithinReach { get; init; }

    public required Sensitivity Labels { get; init; }

    public required bool Released { get; init; }

    public required CompartmentList Compartments { get; init; }

    /// <summary>Of a Task; null for other types.</summary>
    public required EventAudience? Parties { get; init; }

    /// <summary>See <see cref="Index.ResourceKeys"/>.</summary>
    public required byte[]? Keys { get; init; }

    /// <summary>
    /// It was deleted before rows of its type had owners: no owner is known, so the id is free.
    /// </summary>
    public bool IsLeftWithoutOwner(string type) => type == RowScope.OfOwners && Deleted && Parties is null;

    public static async ValueTask<CurrentRow?> Find(
        WriteTransaction write, Reach reach, ResourceInteractions interaction, string type, string id, CancellationToken cancel)
    {
        var text = new SqlText();
        text
            .Add("select r.rid, r.version, r.deleted, v.body,")
            .Add($"  {ReachSql.Verdict(text, reach, interaction, type)}, r.labels, r.released, r.compartments, r.parties, r.index_keys")
            .FromUnseen(reach, type, VersionSql.Current(text, reach))
            .Add($"  and r.id = {text.Value(id)}");
        var statement = StatementCache.Of(text);
        return await write.QueryOne(statement, text.ValuesOf(statement), Map, cancel);
    }

    private static CurrentRow Map(DbDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2), row.IsDBNull(3) ? null : (byte[])row.GetValue(3))
        {
            WithinReach = row.GetBoolean(4),
            Labels = (Sensitivity)row.GetInt64(5),
            Released = row.GetBoolean(6),
            Compartments = CompartmentList.Parse(row.GetString(7)),
            Parties = row.IsDBNull(8) ? null : TaskParties.Parse(row.GetString(8)),
            Keys = row.IsDBNull(9) ? null : (byte[])row.GetValue(9),
        };
}
