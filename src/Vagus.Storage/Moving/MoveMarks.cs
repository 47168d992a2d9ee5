using Vagus.Storage.Writing;

namespace Vagus.Storage.Moving;

/// <summary>
/// With which database of keys and which store of files a move began, at either end. Both ends are marked when it begins; what goes on with
/// it, gives it up or removes what it left has to find the marks where they were, whatever the settings of that call are.
/// </summary>
internal static class MoveMarks
{
    /// <summary>Before a move begins: both places have one store of files.</summary>
    public static async ValueTask<bool> ShareFiles(MovePlace from, MovePlace to, string id, CancellationToken cancel)
    {
        var probe = $"probe-{id}";
        await to.Files.WriteMark(probe, probe, cancel);
        try
        {
            return await from.Files.ReadMark(probe, cancel) is not null;
        }
        finally
        {
            await to.Files.RemoveMark(probe, CancellationToken.None);
        }
    }

    /// <summary>Marks both ends, and answers what they share.</summary>
    public static async ValueTask<FoundMark> Begin(MovePlace from, MovePlace to, string move, CancellationToken cancel)
    {
        await from.Marks.Write(Origin(move), cancel);
        await to.Marks.Write(Goal(move), cancel);
        return await from.Marks.Find(Goal(move), cancel);
    }

    /// <summary>
    /// Refuses where either end is another one than the move began with, or both are one of which it says that they are two.
    /// </summary>
    public static async ValueTask RefuseOthers(MovePlace from, MovePlace to, TenantStop stop, CancellationToken cancel)
    {
        var (origin, goal, both) = (
            await from.Marks.Find(Origin(stop.Move), cancel), await to.Marks.Find(Goal(stop.Move), cancel),
            await from.Marks.Find(Goal(stop.Move), cancel));
        if (!origin.InKeys || !goal.InKeys || both.InKeys != stop.SharesKeys)
            throw new MoveException(
                "A database of keys is not the one with which this move began: "
                + "call it with VAGUS_KEYS_POSTGRES and VAGUS_TO_KEYS_POSTGRES as then.");
        if (!origin.InFiles || !goal.InFiles || both.InFiles != stop.SharesFiles)
            throw new MoveException(
                "A store of files is not the one with which this move began: call it with the settings and folders as then.");
    }

    /// <summary>
    /// Refuses where the keys or files that are set here are not those that the tenant left, or are those that it has now.
    /// </summary>
    public static async ValueTask RefuseToRemove(MovePlace left, TenantStop stop, CancellationToken cancel)
    {
        var (origin, goal) = (await left.Marks.Find(Origin(stop.Move), cancel), await left.Marks.Find(Goal(stop.Move), cancel));
        if (!stop.SharesKeys && (!origin.InKeys || goal.InKeys))
            throw new MoveException("The database of keys is not the one that the organization has left: nothing is removed from it.");
        if (!stop.SharesFiles && (!origin.InFiles || goal.InFiles))
            throw new MoveException("The store of files is not the one that the organization has left: nothing is removed from it.");
    }

    /// <summary>In the place that is left.</summary>
    public static string Origin(string move) => $"move-{move}-origin";

    /// <summary>In the place that is entered.</summary>
    public static string Goal(string move) => $"move-{move}-goal";
}
