using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing.Journal;

namespace Vagus.Storage.Writing;

/// <summary>
/// What the writes of one transaction share: the connection, the heads they have locked, the rows that wait to be sent together.
/// </summary>
/// <param name="session">The connection.</param>
/// <param name="oneByOne">
/// Each write sends its rows by itself and within its savepoint, so that a refused row is its own fault and not the group's.
/// </param>
/// <param name="leafLog">Where the leaves of the group go; null where no room keeps such a log.</param>
/// <param name="folding">Leaves that a journal holds, and that go into the logs before those of the group.</param>
/// <param name="stops">The tenants of which nothing is written.</param>
internal sealed class WriteGroup(
    SqlSession session, bool oneByOne, LeafLog? leafLog, IReadOnlyList<UnfoldedLeaf> folding, TenantStops stops)
{
    public SqlSession Session => session;

    public bool OneByOne => oneByOne;

    public LogHeads Heads { get; } = new();

    public WaitingRows Rows { get; } = new();

    public WaitingLeaves Leaves { get; } = Begun(folding, stops);

    public TenantStops Stops => stops;

    /// <summary>A write that is done had set its savepoint: it is released before the next statement.</summary>
    public bool ReleaseIsDue { get; set; }

    /// <summary>
    /// Set while rows of several writes, or a question of a write without a savepoint, are with the database: a failure then cannot be
    /// undone for one write alone, and the group runs again, one by one.
    /// </summary>
    public bool IsShared { get; set; }

    /// <summary>Gives the leaves their places and sends what waits, before the commit.</summary>
    public async ValueTask SendRows(DateTimeOffset at)
    {
        IsShared = true;
        var end = new GroupEnd(this, at);
        foreach (var (tenant, leaves) in Leaves.InOrder) await Log().Append(end, tenant, leaves);
        var batch = new StatementBatch();
        if (ReleaseIsDue) batch.Add(Savepoint.Release);
        ReleaseIsDue = false;
        Rows.TakeAll(batch);
        foreach (var (statement, values) in end.Statements) batch.Add(statement, values);
        JournalMarks.Add(batch, folding);
        await session.Run(batch);
        IsShared = false;
    }

    private static WaitingLeaves Begun(IReadOnlyList<UnfoldedLeaf> folding, TenantStops stops)
    {
        var leaves = new WaitingLeaves();
        foreach (var leaf in folding.Where(leaf => stops.TakesLeaves(leaf.Tenant)))
            leaves.Add(leaf.Tenant, new Leaf(leaf.Record.Body, leaf.Record.At));
        return leaves;
    }

    private LeafLog Log() => leafLog ?? throw new InvalidOperationException("Leaves were written, and no room keeps a log of them.");
}
