using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Storage.Writing.Journal;

namespace Vagus.Storage.Moving;

/// <summary>
/// Moves one tenant into the database of another installation while both serve their others. Called again after it ended in any way, it
/// goes on: each step is a commit, and what was done is read from the two databases. The README of this folder has the steps.
/// </summary>
public sealed class MoveTenant
{
    private readonly MovePlace from;
    private readonly MovePlace to;
    private readonly GroupCommit commit;
    private readonly JournalFolder journals;
    private readonly TimeProvider clock;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);

    internal MoveTenant(MovePlace from, MovePlace to, GroupCommit commit, JournalFolder journals, TimeProvider clock) =>
        (this.from, this.to, this.commit, this.journals, this.clock) = (from, to, commit, journals, clock);

    /// <summary>Answers what was compared; empty where the tenant had moved already.</summary>
    /// <param name="move">Who, and where to.</param>
    /// <param name="id">Names the move where it begins.</param>
    /// <param name="check">Asked before the switch, when all rows are there; it throws to refuse.</param>
    /// <param name="tell">Gets a line for each step.</param>
    /// <param name="cancel">Breaks it off; it goes on when it is called again.</param>
    public async Task<IReadOnlyList<CheckedTable>> Run(
        TenantMove move, string id, Func<ValueTask> check, Action<string> tell, CancellationToken cancel)
    {
        var plan = await MovePlan.Of(from.Facts, to.Facts, from.Tables, from.Families, cancel);
        await RefuseOtherSteps(cancel);
        var (here, there) = await Begin(plan, move, id, cancel);
        if (there is null) return [];
        IReadOnlyList<CheckedTable> compared = [];
        if (here.State is StopState.Stopping or StopState.Stopped)
        {
            await MoveMarks.RefuseOthers(from, to, there, cancel);
            here = await Stop(here, tell, cancel);
            compared = await Copy(plan, here, there, check, tell, cancel);
            here = await Switch(here, tell, cancel);
        }

        await Task.Delay(move.Pause, clock, cancel);
        await Open(there, cancel);
        tell($"{move.Tenant} is served at {here.Place}");
        return compared;
    }

    /// <summary>
    /// The rows of both databases, where they are not there yet. The second is null where the tenant is served there already.
    /// </summary>
    private async ValueTask<(TenantStop Here, TenantStop? There)> Begin(
        MovePlan plan, TenantMove move, string id, CancellationToken cancel)
    {
        var here = await StopOf(from.Facts, move.Tenant, cancel);
        var there = await StopOf(to.Facts, move.Tenant, cancel);
        if (here is { State: StopState.Moved } && there is null && await HasRows(plan, to.Facts, move.Tenant, cancel)) return (here, null);
        RefuseState(here, there);
        if (here is null && there is not { State: StopState.Arriving })
        {
            await RefuseStrange(plan, move.Tenant, cancel);
            var shared = await MoveMarks.Begin(from, to, id, cancel);
            there = new TenantStop(move.Tenant.Value, StopState.Arriving, "", id)
            {
                SharesKeys = shared.InKeys, SharesFiles = shared.InFiles,
            };
            await Change(to.Facts, session => StopRows.Begin(session, there, Now, cancel), cancel);
        }

        if (there is null) throw new MoveException("The other database does not know of this move: is it the one where it began?");
        if (here is null)
        {
            here = there with { State = StopState.Stopping, Place = move.Address };
            await Change(from.Facts, session => StopRows.Begin(session, here, Now, cancel), cancel);
        }

        return here.Move == there.Move ? (here, there) : throw new MoveException("Another move brings the organization to that database.");
    }

    private static void RefuseState(TenantStop? here, TenantStop? there)
    {
        RefuseOneDatabase(here, there);
        if (here is { State: StopState.Returning } || there is { State: StopState.Clearing, Place.Length: 0 })
            throw new MoveException("The move is being given up: call it with --cancel to the end.");
        if (here is { State: StopState.Arriving } or { State: StopState.Clearing, Place.Length: 0 })
            throw new MoveException("The organization has not arrived here yet.");
        var isOnItsWay = here is not null && here.Move == there?.Move;
        if (here is { State: StopState.Moved or StopState.Cleared or StopState.Clearing } && !isOnItsWay)
            throw new MoveException("The organization is not served here.");
        if (there is { State: StopState.Moved or StopState.Clearing })
            throw new MoveException("The organization was served by that database: remove what it has left there first.");
    }

    /// <summary>In two databases the rows of one move are never in the same state.</summary>
    internal static void RefuseOneDatabase(TenantStop? here, TenantStop? there)
    {
        if (here is not null && here == there) throw new MoveException("The other database is that of this installation.");
    }

    private async ValueTask RefuseStrange(MovePlan plan, TenantId tenant, CancellationToken cancel)
    {
        if (!await HasRows(plan, from.Facts, tenant, cancel)) throw new MoveException("There is no such organization.");
        if (await HasRows(plan, to.Facts, tenant, cancel))
            throw new MoveException("The other database has rows of an organization of this name.");
    }

    /// <summary>Writes are refused; then waits until the log has all leaves that journals have acknowledged.</summary>
    private async ValueTask<TenantStop> Stop(TenantStop here, Action<string> tell, CancellationToken cancel)
    {
        if (here.State == StopState.Stopped) return here;
        var tenant = new TenantId(here.Tenant);
        var acknowledged = journals.LastOf(tenant);
        while (!await AreFolded(tenant, acknowledged, cancel)) await Task.Delay(LookAgain, clock, cancel);
        here = await Change(from.Facts, here, StopState.Stopped, cancel);
        tell($"{here.Tenant} takes no writes any more");
        return here;
    }

    // Processes that live put theirs into the log themselves; what ended ones have left this one has taken in, or another one: then the
    // file is gone, which is after the log has all of it, and its mark may be gone too.
    private async ValueTask<bool> AreFolded(TenantId tenant, Dictionary<string, long> acknowledged, CancellationToken cancel)
    {
        await commit.Fold(triesHeldBack: true);
        var marks = await from.Facts.Query(Marks, [tenant.Value], row => (Journal: row.GetString(0), Folded: row.GetInt64(1)), cancel);
        var journalsNow = journals.Names();
        return acknowledged.All(each =>
            !journalsNow.Contains(each.Key) || marks.Exists(mark => mark.Journal == each.Key && mark.Folded >= each.Value));
    }

    private async ValueTask<IReadOnlyList<CheckedTable>> Copy(
        MovePlan plan, TenantStop here, TenantStop there, Func<ValueTask> check, Action<string> tell, CancellationToken cancel)
    {
        var copy = new CopyTables(plan, from.Facts, to.Facts, there);
        await copy.Run((table, rows) => tell($"{table}: {rows} rows"), cancel);
        if (!there.SharesKeys) await new CopyKeys(from, to, here.Tenant).Run(cancel);
        var compare = new CheckTables(plan, from.Facts, to.Facts, here.Tenant);
        var compared = new List<CheckedTable>();
        foreach (var table in plan.Tables) compared.Add(await compare.Run(table, await copy.Progress(table, cancel), cancel));
        await check();
        return compared;
    }

    /// <summary>From this commit on the tenant is served nowhere, until <see cref="Open"/>.</summary>
    private async ValueTask<TenantStop> Switch(TenantStop here, Action<string> tell, CancellationToken cancel)
    {
        await Change(from.Facts, async session =>
        {
            if (!await StopRows.Change(session, here, StopState.Moved, Now, cancel)) return false;
            foreach (var step in from.Switches) await session.Execute(step.Statement, [Now, here.Tenant], cancel);
            return true;
        }, cancel);
        tell($"{here.Tenant} is not served here any more");
        return here with { State = StopState.Moved };
    }

    private ValueTask<bool> Open(TenantStop there, CancellationToken cancel) => Change(to.Facts, async session =>
    {
        await session.Execute(Forget, [there.Tenant], cancel);
        if (!await StopRows.End(session, there, cancel)) return false;
        // Nodes of this database learn of its log at once.
        var heads = await session.Query(Head, [there.Tenant], row => row.GetInt64(0), cancel);
        var tenant = new TenantId(there.Tenant);
        if (session.Engine == Engine.Postgres)
            foreach (var head in heads)
                await session.Query(Wake, [LogListener.Channel, LogListener.Payload(tenant, head)], _ => true, cancel);
        return true;
    }, cancel);

    private async ValueTask RefuseOtherSteps(CancellationToken cancel)
    {
        foreach (var side in new[] { from.Facts, to.Facts })
        {
            var steps = await side.Query(Steps, [], row => (Number: row.GetInt64(0), Hash: row.GetString(1)), cancel);
            if (!steps.ToHashSet().SetEquals(from.Migrations.Select(step => ((long)step.Number, step.Hash))))
                throw new MoveException("The two databases are not both of this version of the program: bring them to it first.");
        }
    }

    internal static async ValueTask<bool> HasRows(MovePlan plan, MoveSide side, TenantId tenant, CancellationToken cancel)
    {
        foreach (var table in plan.Tables.Where(table => !table.Declared.Remains))
        {
            foreach (var owner in await plan.OwnersOf(table, side, tenant.Value, cancel))
                if ((await table.Page(side, owner, after: null, cancel)).Count > 0) return true;
        }

        return false;
    }

    internal static async ValueTask<TenantStop?> StopOf(MoveSide side, TenantId tenant, CancellationToken cancel) =>
        await side.Write(session => StopRows.Find(session, tenant.Value, cancel), alone: false, cancel);

    private async ValueTask<TenantStop> Change(MoveSide side, TenantStop stop, string state, CancellationToken cancel)
    {
        await Change(side, session => StopRows.Change(session, stop, state, Now, cancel), cancel);
        return stop with { State = state };
    }

    private static async ValueTask<bool> Change(MoveSide side, Func<SqlSession, ValueTask<bool>> change, CancellationToken cancel) =>
        await side.Write(change, alone: true, cancel)
            ? true : throw new MoveException("Another process goes on with this move, or has given it up.");

    private long Now => clock.GetUtcNow().ToMicroseconds();

    private static readonly Statement Marks = new("""
        select journal, folded
        from leaf_journal
        where tenant_id = @tenant_id
        """);

    private static readonly Statement Steps = new("""
        select number, hash
        from schema_migration
        """);

    private static readonly Statement Head = new("""
        select position
        from log_head
        where tenant_id = @tenant_id
        """);

    private static readonly Statement Wake = new("select pg_notify(@channel, @payload)");

    internal static readonly Statement Forget = new("""
        delete from tenant_arrival
        where tenant_id = @tenant_id
        """);
}
