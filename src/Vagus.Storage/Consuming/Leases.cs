using System.Data.Common;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Storage.Consuming;

/// <summary>
/// Which node runs which consumer. Each node counts up a beat in its own row. A node whose beat has stood still for the length of a lease,
/// by the clock of the one that looks, has lost its consumers. No clocks of two machines are compared. One row per node and one per
/// consumer: what this costs does not depend on tenants.
/// </summary>
internal sealed class Leases(
    Database database, GroupCommit commit, NodeFiles nodes, ConsumerOptions options, TimeProvider clock, string node)
{
    private static readonly TenantId Installation = new("");
    private readonly Dictionary<string, (long Beat, long Since)> seen = new(StringComparer.Ordinal);
    private long lastRead;

    /// <summary>This node lives from now on.</summary>
    public void Begin()
    {
        if (database.Engine == Engine.Sqlite) nodes.Hold(node);
    }

    /// <summary>This node lives still. With SQLite its locked file says so (<see cref="NodeFiles"/>).</summary>
    public ValueTask Beat(CancellationToken cancel) =>
        database.Engine == Engine.Sqlite ? ValueTask.CompletedTask : Write(BeatOnce, [node], cancel);

    /// <summary>The consumers' rows; those that were never seen are added.</summary>
    public async ValueTask<List<LeaseRow>> Read(IEnumerable<string> consumers, CancellationToken cancel)
    {
        var rows = await database.Query(ReadAll, [], Map, cancel);
        var added = consumers.Except(rows.Select(row => row.Consumer), StringComparer.Ordinal).ToList();
        if (added.Count > 0)
        {
            foreach (var consumer in added) await Write(Add, [consumer, clock.GetUtcNow().ToMicroseconds()], cancel);
            rows = await database.Query(ReadAll, [], Map, cancel);
        }

        Observe(rows);
        return rows;
    }

    public bool IsMine(LeaseRow row) => row.Node == node;

    /// <summary>Without a node, or with one whose beat stands still. Also one of ours whose consumer does not run here.</summary>
    public bool IsFree(LeaseRow row)
    {
        if (IsMine(row) || row.Node.Length == 0) return true;
        if (database.Engine == Engine.Sqlite) return !nodes.Lives(row.Node);
        if (row.Beat is null) return true;
        return clock.GetElapsedTime(seen[row.Node].Since) >= options.Lease;
    }

    /// <summary>Null when another node was faster.</summary>
    public async ValueTask<Lease?> Take(LeaseRow row, CancellationToken cancel)
    {
        var taken = await commit.Write<bool>(
            Installation,
            async (write, stop) =>
            {
                if (await write.Execute(TakeOne, [node, row.Consumer, row.Epoch], stop) != 1) return false;
                if (!IsMine(row)) await write.Queue(ForgetNode, [row.Node], stop);
                return true;
            },
            cancel);
        return taken.Value ? new Lease(row.Consumer, row.Epoch + 1, row.InstalledAt) : null;
    }

    /// <summary>Lets other nodes go on at once.</summary>
    public async ValueTask Release(CancellationToken cancel)
    {
        await Write(ReleaseAll, [node], cancel);
        await Write(ForgetNode, [node], cancel);
    }

    private void Observe(List<LeaseRow> rows)
    {
        // After a pause of our own, or of the database, the others have had no chance to beat: they get the whole time again.
        if (clock.GetElapsedTime(lastRead) > options.Lease / 2) seen.Clear();
        lastRead = clock.GetTimestamp();
        foreach (var row in rows)
        {
            if (row.Beat is not { } beat) continue;
            if (!seen.TryGetValue(row.Node, out var known) || known.Beat != beat) seen[row.Node] = (beat, lastRead);
        }
    }

    private async ValueTask Write(Statement statement, object?[] values, CancellationToken cancel)
    {
        var written = await commit.Write<int>(Installation, async (write, stop) => await write.Execute(statement, values, stop), cancel);
        if (written.Refusal is { } refusal) throw new DatabaseUnreachableException(refusal.Code);
    }

    private static LeaseRow Map(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.IsDBNull(4) ? null : row.GetInt64(4));

    private static readonly Statement BeatOnce = new("""
        insert into consumer_node (node, beat)
        values (@node, 1)
        on conflict (node) do update
        set beat = consumer_node.beat + 1
        """);

    private static readonly Statement ReadAll = new("""
        select l.consumer, l.node, l.epoch, l.installed_at, n.beat
        from consumer_lease l
        left join consumer_node n on n.node = l.node
        order by l.consumer
        """);

    private static readonly Statement Add = new("""
        insert into consumer_lease (consumer, node, epoch, installed_at)
        values (@consumer, '', 0, @at)
        on conflict do nothing
        """);

    private static readonly Statement TakeOne = new("""
        update consumer_lease
        set node = @node, epoch = epoch + 1
        where consumer = @consumer
          and epoch = @epoch
        """);

    private static readonly Statement ReleaseAll = new("""
        update consumer_lease
        set node = ''
        where node = @node
        """);

    private static readonly Statement ForgetNode = new("""
        delete from consumer_node
        where node = @node
        """);
}

/// <summary>A consumer's row; <paramref name="Beat"/> is its node's, null where that has gone.</summary>
internal sealed record LeaseRow(string Consumer, string Node, long Epoch, long InstalledAt, long? Beat);
