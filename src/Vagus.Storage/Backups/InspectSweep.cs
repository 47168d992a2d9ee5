using Vagus.Storage.Files;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Backups;

/// <summary>Why this installation removes nothing from its store of files.</summary>
public enum HeldSweep
{
    /// <summary>The database was restored, and no operator has said since that the store is its own.</summary>
    Restored,

    /// <summary>The store is marked with other installations alone.</summary>
    OfAnother,
}

/// <summary>Whether contents without a row are removed; what is looked at stays as it is.</summary>
public static class InspectSweep
{
    internal const string Mark = "installations";

    /// <summary>Null: they are, or will be by the first turn, which marks the store.</summary>
    public static async ValueTask<HeldSweep?> Look(Database database, IBlobStore store, CancellationToken cancel)
    {
        var own = await Own(database, cancel);
        if ((own?.Floor ?? 0) < await LastFloor(database, cancel)) return HeldSweep.Restored;
        var owners = await Owners(store, cancel);
        return owners.Count == 0 || (own is { Id: var id } && owners.Contains(id)) ? null : HeldSweep.OfAnother;
    }

    /// <summary>Null before the first turn.</summary>
    internal static async ValueTask<(string Id, long Floor)?> Own(Database database, CancellationToken cancel) =>
        await database.Query(Find, [], row => (row.GetString(0), row.GetInt64(1)), cancel) is [var known] ? known : null;

    internal static ValueTask<long> LastFloor(Database database, CancellationToken cancel) =>
        database.QueryOne(Highest, [], row => row.GetInt64(0), cancel);

    internal static async ValueTask<List<string>> Owners(IBlobStore store, CancellationToken cancel) =>
        [.. (await store.ReadMark(Mark, cancel) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static readonly Statement Find = new("select id, floor from installation where one = 1");

    private static readonly Statement Highest = new("select coalesce(max(position), 0) from log_floor");
}
