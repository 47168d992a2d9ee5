using System.Data.Common;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Writing;

/// <summary>
/// What one write may do: state rows and log events, all or nothing. Rows are kept back and sent together with those of the other writes of
/// the group, one statement per table; a statement that names a table for which rows wait is preceded by them.
/// </summary>
public sealed class WriteTransaction : IRunQueries
{
    private readonly List<(Statement Statement, object?[] Values)> statements = [];
    private readonly Dictionary<RememberedRow, long> learned = [];
    private readonly WriteGroup group;
    private readonly SqlSession session;
    private readonly LogHeads heads;
    private bool savepointIsDue;

    /// <param name="group">The writes of the same transaction.</param>
    /// <param name="tenant">Whose rows they are.</param>
    /// <param name="at">The instant of the write.</param>
    /// <param name="amongOthers">
    /// The write shares its transaction and needs a savepoint. It is set together with the first statements; rows alone need none.
    /// </param>
    internal WriteTransaction(WriteGroup group, TenantId tenant, DateTimeOffset at, bool amongOthers)
    {
        (this.group, session, heads) = (group, group.Session, group.Heads);
        (Tenant, At) = (tenant, at);
        savepointIsDue = amongOthers;
    }

    /// <summary>True while there is a savepoint that what this write did can be taken back to.</summary>
    internal bool HasSavepoint { get; private set; }

    public TenantId Tenant { get; }

    /// <summary>The instant of this write: what it records as its time.</summary>
    public DateTimeOffset At { get; }

    public Engine Engine => session.Engine;

    /// <summary>Adds a row. It is there for every later statement of this write.</summary>
    public void Insert(InsertInto into, params object?[] values) => group.Rows.Add(into, values);

    /// <summary>
    /// Adds an entry to the tenant's <see cref="LeafLog"/>. It gets its place with the commit; undone with the write, it never was.
    /// </summary>
    public void AddLeaf(byte[] leaf) => group.Leaves.Add(Tenant, new Leaf(leaf));

    /// <summary>Queues a statement; sent with the next query or at the end. Later statements may rely on it.</summary>
    public async ValueTask Queue(Statement statement, object?[] values, CancellationToken cancel)
    {
        // A delete or update after an insert must see it.
        if (group.Rows.Concern(statement)) await Flush(cancel);
        statements.Add((statement, values));
    }

    /// <summary>Runs a statement now and answers how many rows it touched: for conditional updates.</summary>
    public async ValueTask<int> Execute(Statement statement, object?[] values, CancellationToken cancel)
    {
        await Flush(cancel);
        return await session.Execute(statement, values, cancel);
    }

    public async ValueTask<List<T>> Query<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        if (!MayAskAtOnce(statement))
        {
            await Flush(cancel);
            return await session.Query(statement, values, row, cancel);
        }

        cancel.ThrowIfCancellationRequested();
        group.IsShared = true;
        var answer = await session.Query(statement, values, row, CancellationToken.None);
        group.IsShared = false;
        return answer;
    }

    public async ValueTask<T?> QueryOne<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        var rows = await Query(statement, values, row, cancel);
        return rows.Count == 0 ? default : rows[0];
    }

    /// <summary>What this connection, or this write, has read of a row that never changes; null where it has not.</summary>
    public long? Remembered(RememberedRow row) =>
        learned.TryGetValue(row, out var number) || session.Memory.TryGetValue(row, out number) ? number : null;

    /// <summary>Later writes on this connection know it too, once this one is done.</summary>
    public void Remember(RememberedRow row, long number) => learned[row] = number;

    /// <summary>The position that the next appended event will get. Holds the tenant's head until the commit.</summary>
    public ValueTask<long> NextPosition(CancellationToken cancel) => heads.Next(session, Tenant, cancel);

    /// <summary>Appends an event to the tenant's log and answers its position. It becomes visible, in order, with the commit.</summary>
    public async ValueTask<long> Append(NewEvent draft, CancellationToken cancel)
    {
        var position = await heads.Next(session, Tenant, cancel);
        heads.Advance(Tenant);
        Insert(EventLog.Rows, EventLog.Row(Tenant, position, draft, At));
        if (draft.Narrows is not null) await Queue(MarkNarrowed, [position, Tenant.Value], cancel);
        return position;
    }

    /// <summary>
    /// Sends the statements and releases the savepoint: the write is done and will not be taken back by itself. Its rows go with those of
    /// the group: no statement of its own names their tables, for such a one was preceded by them.
    /// </summary>
    internal async ValueTask Complete(CancellationToken cancel)
    {
        if (group.OneByOne && !group.Rows.IsEmpty) await Flush(cancel);
        else if (statements.Count > 0) await SendStatements(cancel);
        // It cannot be undone by itself any more; its rows may go with those of the writes that follow.
        (group.ReleaseIsDue, HasSavepoint) = (group.ReleaseIsDue || HasSavepoint, false);
        session.Memory.Add(learned);
    }

    // A question that no waiting row can change, nothing but a question. It needs no savepoint, which the rows of the writes before would
    // have to precede: should it fail, the group runs again one by one.
    private bool MayAskAtOnce(Statement statement) =>
        savepointIsDue && !group.OneByOne && statements.Count == 0 && statement.OnlyAsks && !group.Rows.Concern(statement);

    private async ValueTask Flush(CancellationToken cancel)
    {
        // Once sent it is not cancelled: whether the savepoint had been set or given up could not be told any more.
        cancel.ThrowIfCancellationRequested();
        var batch = new StatementBatch();
        ReleaseLast(batch);
        group.IsShared = group.Rows.HoldOthers;
        group.Rows.TakeOthers(batch);
        TakeStatements(batch);
        group.Rows.TakeAll(batch);
        await session.Run(batch);
        group.IsShared = false;
    }

    // Rows that wait, those of the writes before as well, stay where they are: no savepoint has them, and none needs them.
    private async ValueTask SendStatements(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var batch = new StatementBatch();
        ReleaseLast(batch);
        TakeStatements(batch);
        await session.Run(batch);
    }

    private void ReleaseLast(StatementBatch batch)
    {
        if (group.ReleaseIsDue) batch.Add(Savepoint.Release);
        group.ReleaseIsDue = false;
    }

    private void TakeStatements(StatementBatch batch)
    {
        if (savepointIsDue)
        {
            (savepointIsDue, HasSavepoint) = (false, true);
            batch.Add(Savepoint.Set);
        }

        foreach (var (statement, values) in statements) batch.Add(statement, values);
        statements.Clear();
    }

    // Within the write, so that its rollback takes the mark back; the head's position is written once for the group.
    private static readonly Statement MarkNarrowed = new("""
        update log_head
        set narrowed_at = @position
        where tenant_id = @tenant_id
        """);
}
