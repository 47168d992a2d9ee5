using System.Data.Common;
using Npgsql;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Writing;

/// <summary>
/// What one write may do: state rows and log events, all or nothing. Statements that answer nothing are kept back and sent together
/// (one round trip on PostgreSQL) before the next question and at the end.
/// </summary>
public sealed class WriteTransaction : IRunQueries
{
    private readonly Dictionary<InsertInto, List<object?[]>> inserts = [];
    private readonly List<(Statement Statement, object?[] Values)> statements = [];
    private readonly Dictionary<RememberedRow, long> learned = [];
    private readonly SqlSession session;
    private readonly LogHeads heads;
    private bool savepointIsDue;

    /// <param name="amongOthers">
    /// The write shares its transaction and needs a savepoint. It is set together with the first statements.
    /// </param>
    internal WriteTransaction(SqlSession session, LogHeads heads, TenantId tenant, DateTimeOffset at, bool amongOthers)
    {
        (this.session, this.heads) = (session, heads);
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
    public void Insert(InsertInto into, params object?[] values)
    {
        if (!inserts.TryGetValue(into, out var rows)) inserts.Add(into, rows = []);
        rows.Add(values);
    }

    /// <summary>Runs a statement whose effect nobody asks about before the end of the write. Later ones may rely on it.</summary>
    public async ValueTask Queue(Statement statement, object?[] values, CancellationToken cancel)
    {
        // Inserts gathered so far come first: a delete or update after an insert must see it.
        if (inserts.Count > 0) await Flush(ends: false, cancel);
        statements.Add((statement, values));
    }

    /// <summary>Runs a statement now and answers how many rows it touched: for conditional updates.</summary>
    public async ValueTask<int> Execute(Statement statement, object?[] values, CancellationToken cancel)
    {
        await Flush(ends: false, cancel);
        return await session.Execute(statement, values, cancel);
    }

    public async ValueTask<List<T>> Query<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        await Flush(ends: false, cancel);
        return await session.Query(statement, values, row, cancel);
    }

    public async ValueTask<T?> QueryOne<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        await Flush(ends: false, cancel);
        return await session.QueryOne(statement, values, row, cancel);
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

    /// <summary>Sends what was kept back and releases the savepoint: the write is done and will not be taken back by itself.</summary>
    internal async ValueTask Complete(CancellationToken cancel)
    {
        await Flush(ends: true, cancel);
        session.Memory.Add(learned);
    }

    private async ValueTask Flush(bool ends, CancellationToken cancel)
    {
        // Once sent it is not cancelled: whether the savepoint had been set or given up could not be told any more.
        cancel.ThrowIfCancellationRequested();
        // A write that only reads needs its savepoint too: a failing question would end the others' transaction.
        var setSavepoint = savepointIsDue && !(ends && statements.Count == 0 && inserts.Count == 0);
        if (setSavepoint) (savepointIsDue, HasSavepoint) = (false, true);
        var releaseSavepoint = ends && HasSavepoint;
        if (session is PostgresSession postgres) await FlushTogether(postgres, setSavepoint, releaseSavepoint);
        else await FlushOneByOne(setSavepoint, releaseSavepoint);
        if (releaseSavepoint) HasSavepoint = false;
        statements.Clear();
        inserts.Clear();
    }

    private async ValueTask FlushOneByOne(bool setSavepoint, bool releaseSavepoint)
    {
        if (setSavepoint) await session.Execute(Savepoint.Set, [], CancellationToken.None);
        foreach (var (statement, values) in statements) await session.Execute(statement, values, CancellationToken.None);
        foreach (var (into, rows) in inserts)
        {
            foreach (var row in rows) await session.Execute(into.OneRow, row, CancellationToken.None);
        }

        if (releaseSavepoint) await session.Execute(Savepoint.Release, [], CancellationToken.None);
    }

    private async ValueTask FlushTogether(PostgresSession postgres, bool setSavepoint, bool releaseSavepoint)
    {
        await using NpgsqlBatch batch = postgres.CreateBatch();
        if (setSavepoint) PostgresSession.AddTo(batch, Savepoint.Set.Postgres, []);
        foreach (var (statement, values) in statements) PostgresSession.AddTo(batch, statement.Postgres, values);
        foreach (var (into, rows) in inserts) PostgresSession.AddTo(batch, into, rows);
        if (releaseSavepoint) PostgresSession.AddTo(batch, Savepoint.Release.Postgres, []);
        await PostgresSession.RunBatch(batch, CancellationToken.None);
    }

    // Within the write, so that its rollback takes the mark back; the head's position is written once for the group.
    private static readonly Statement MarkNarrowed = new("""
        update log_head
        set narrowed_at = @position
        where tenant_id = @tenant_id
        """);
}
