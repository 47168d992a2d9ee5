using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Storage.Moving;

/// <summary>
/// Removes a tenant's rows from a database: from the one that it left, or from the one to which its move was given up. Called again after
/// it ended in any way, it goes on.
/// </summary>
public sealed class ClearTenant
{
    private readonly MovePlace place;
    private readonly TimeProvider clock;

    internal ClearTenant(MovePlace place, TimeProvider clock) => (this.place, this.clock) = (place, clock);

    /// <summary>What a tenant that is served elsewhere has left here. Its address stays, so that clients are told.</summary>
    /// <param name="tenant">Who has moved.</param>
    /// <param name="removeFiles">Removes the contents of files, where they are not the other place's too.</param>
    /// <param name="cancel">Breaks it off.</param>
    public async Task RunHere(TenantId tenant, Func<ValueTask> removeFiles, CancellationToken cancel)
    {
        var stop = await MoveTenant.StopOf(place.Facts, tenant, cancel);
        if (stop is not ({ State: StopState.Moved } or { State: StopState.Clearing, Place.Length: > 0 }))
            throw new MoveException("Only what a move has left is removed: the organization is served here, or nothing of it is.");
        await MoveMarks.RefuseToRemove(place, stop, cancel);
        stop = await Begin(stop, cancel);
        if (!stop.SharesFiles) await removeFiles();
        await RemoveRows(place.Facts, tenant, cancel);
        if (!stop.SharesKeys) await RemoveRows(place.Keys, tenant, cancel);
        await Change(session => StopRows.Change(session, stop, StopState.Cleared, Now, cancel), cancel);
        await place.Marks.Remove(MoveMarks.Origin(stop.Move), cancel);
    }

    /// <summary>
    /// Gives a move up that has not come to the switch: what has arrived goes, and the tenant is served where it was.
    /// </summary>
    /// <param name="tenant">Who was to move.</param>
    /// <param name="origin">Where it is.</param>
    /// <param name="cancel">Breaks it off.</param>
    public async Task GiveUp(TenantId tenant, MovePlace origin, CancellationToken cancel)
    {
        var here = await MoveTenant.StopOf(origin.Facts, tenant, cancel);
        var there = await MoveTenant.StopOf(place.Facts, tenant, cancel);
        MoveTenant.RefuseOneDatabase(here, there);
        if (here is null && there is null) throw new MoveException("There is no such move.");
        if (here is not null && there is not null && here.Move != there.Move)
            throw new MoveException("Another move brings the organization to that database.");
        if (here is not (null or { State: StopState.Stopping or StopState.Stopped or StopState.Returning }))
            throw new MoveException("The move has come to its switch, or is another one: it cannot be given up.");
        if (there is { State: StopState.Arriving or StopState.Clearing }) await MoveMarks.RefuseOthers(origin, place, there, cancel);

        // After this commit no mover comes to the switch any more.
        if (here is { State: not StopState.Returning })
        {
            await Change(origin.Facts, session => StopRows.Change(session, here, StopState.Returning, Now, cancel), cancel);
            here = here with { State = StopState.Returning };
        }

        if (there is { State: StopState.Arriving or StopState.Clearing })
        {
            there = await Begin(there, cancel);
            await RemoveRows(place.Facts, tenant, cancel);
            if (!there.SharesKeys) await RemoveRows(place.Keys, tenant, cancel);
            await Change(
                async session =>
                {
                    await session.Execute(MoveTenant.Forget, [tenant.Value], cancel);
                    return await StopRows.End(session, there, cancel);
                },
                cancel);
        }

        if (here is not null) await Change(origin.Facts, session => StopRows.End(session, here, cancel), cancel);
        var move = (here ?? there!).Move;
        await place.Marks.Remove(MoveMarks.Goal(move), cancel);
        await origin.Marks.Remove(MoveMarks.Origin(move), cancel);
    }

    /// <summary>After this commit no mover writes here any more, and the audit lets its rows go.</summary>
    private async ValueTask<TenantStop> Begin(TenantStop stop, CancellationToken cancel)
    {
        if (stop.State == StopState.Clearing) return stop;
        await Change(session => StopRows.Change(session, stop, StopState.Clearing, Now, cancel), cancel);
        return stop with { State = StopState.Clearing };
    }

    /// <summary>A page at a time, so that others do not wait; the tables that give numbers last.</summary>
    private async ValueTask RemoveRows(MoveSide side, TenantId tenant, CancellationToken cancel)
    {
        var plan = MovePlan.For(await MovePlan.TablesOf(side, cancel), place.Tables, place.Families);
        foreach (var table in plan.Tables.Reverse().Where(table => !table.Declared.Remains))
        {
            foreach (var owner in await plan.OwnersOf(table, side, tenant.Value, cancel))
            {
                while (await table.Page(side, owner, after: null, cancel) is { Count: > 0 } page)
                    await side.Write(session => table.Remove(session, owner, table.KeyOf(page[^1]), cancel), alone: false, cancel);
            }
        }
    }

    private ValueTask<bool> Change(Func<SqlSession, ValueTask<bool>> change, CancellationToken cancel) =>
        Change(place.Facts, change, cancel);

    private static async ValueTask<bool> Change(MoveSide side, Func<SqlSession, ValueTask<bool>> change, CancellationToken cancel) =>
        await side.Write(change, alone: true, cancel) ? true : throw new MoveException("Another process goes on with this.");

    private long Now => clock.GetUtcNow().ToMicroseconds();
}
