using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage.Files;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Storage.Backups;

/// <summary>
/// Whether this installation may remove from its store of files what no row here names. The store is marked with the installations that
/// may. A database that was restored is a copy with the id of another one, which may go on with the same store: it removes nothing until
/// an operator has said that it is the one.
/// </summary>
public sealed partial class StoreOwner
{
    private static readonly TenantId Installation = new("");
    private readonly Database database;
    private readonly GroupCommit commit;
    private readonly IBlobStore store;
    private readonly IdSource ids;
    private readonly ILogger<StoreOwner> logger;

    internal StoreOwner(Database database, GroupCommit commit, IBlobStore store, IdSource ids, ILogger<StoreOwner> logger) =>
        (this.database, this.commit, this.store, this.ids, this.logger) = (database, commit, store, ids, logger);

    /// <summary>A store without a mark gets ours; where two installations mark it at once, one of them stays without.</summary>
    public async ValueTask<bool> MaySweep(CancellationToken cancel)
    {
        var own = await Own(cancel);
        switch (await InspectSweep.Look(database, store, cancel))
        {
            case HeldSweep.Restored:
                Log.Restored(logger);
                return false;
            case HeldSweep.OfAnother:
                Log.OfAnother(logger);
                return false;
        }

        // Read again: another installation may have marked the store meanwhile.
        if (await InspectSweep.Owners(store, cancel) is { Count: > 0 } owners) return owners.Contains(own.Id);
        await store.WriteMark(InspectSweep.Mark, own.Id, cancel);
        return true;
    }

    /// <summary>The operator's word: no other installation has rows of what this one has none of.</summary>
    /// <param name="besideOthers">Installations with other tenants keep their marks; else they remove nothing from now on.</param>
    /// <param name="cancel">Breaks it off; called again, it goes on.</param>
    public async ValueTask Take(bool besideOthers, CancellationToken cancel)
    {
        var (before, id) = (await Own(cancel), ids.NewId());
        await Write(Change, [id, await InspectSweep.LastFloor(database, cancel)], cancel);
        // The id from before is also that of the database of which this one is a copy.
        var others = besideOthers ? (await InspectSweep.Owners(store, cancel)).Where(owner => owner != before.Id) : [];
        await store.WriteMark(InspectSweep.Mark, string.Join('\n', others.Append(id)), cancel);
    }

    private async ValueTask<(string Id, long Floor)> Own(CancellationToken cancel)
    {
        if (await InspectSweep.Own(database, cancel) is { } known) return known;
        await Write(Insert, [ids.NewId()], cancel);
        return await InspectSweep.Own(database, cancel) ?? throw new InvalidOperationException("The row of the installation is gone.");
    }

    private async ValueTask Write(Statement statement, object?[] values, CancellationToken cancel)
    {
        var written = await commit.Write<int>(Installation, async (write, stop) => await write.Execute(statement, values, stop), cancel);
        if (written.Refusal is { } refusal) throw new DatabaseUnreachableException(refusal.Code);
    }

    private static readonly Statement Insert = new("""
        insert into installation (one, id, floor)
        values (1, @id, 0)
        on conflict (one) do nothing
        """);

    private static readonly Statement Change = new("""
        update installation
        set id = @id, floor = @floor
        where one = 1
        """);

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning, "Files without a row are not removed: the database was restored. Once the store is its own: vagus files own")]
        public static partial void Restored(ILogger logger);

        [LoggerMessage(
            LogLevel.Warning, "Files without a row are not removed: another installation has marked the store. See: vagus files own")]
        public static partial void OfAnother(ILogger logger);
    }
}
