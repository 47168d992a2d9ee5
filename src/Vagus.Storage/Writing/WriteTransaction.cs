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
    private readonly SqlSession session;
    private readonly LogHeads heads;

    internal WriteTransaction(SqlSession session, LogHeads heads, TenantId tenant, DateTimeOffset at)
    {
        (this.session, this.heads) = (session, heads);
        (Tenant, At) = (tenant, at);
    }

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
    public async ValueTask Later(Statement statement, object?[] values, CancellationToken cancel)
    {
        // Inserts gathered so far come first: a delete or update after an insert must see it.
        if (inserts.Count > 0) await Flush(cancel);
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
        await Flush(cancel);
        return await session.Query(statement, values, row, cancel);
    }

    public async ValueTask<T?> QueryOne<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        await Flush(cancel);
        return await session.QueryOne(statement, values, row, cancel);
    }

    /// <summary>The position that the next appended event will get. Holds the tenant's head until the commit.</summary>
    public ValueTask<long> NextPosition(CancellationToken cancel) => heads.Next(session, Tenant, cancel);

    /// <summary>Appends an event to the tenant's log and answers its position. It becomes visible, in order, with the commit.</summary>
    public async ValueTask<long> Append(NewEvent draft, CancellationToken cancel)
    {
        var position = await heads.Next(session, Tenant, cancel);
        heads.Advance(Tenant);
        Insert(EventLog.Rows, EventLog.Row(Tenant, position, draft, At));
        return position;
    }

    internal async ValueTask Flush(CancellationToken cancel)
    {
        if (statements.Count == 0 && inserts.Count == 0) return;
        if (session is PostgresSession postgres) await FlushTogether(postgres, cancel);
        else await FlushOneByOne(cancel);
        statements.Clear();
        inserts.Clear();
    }

    private async ValueTask FlushOneByOne(CancellationToken cancel)
    {
        foreach (var (statement, values) in statements) await session.Execute(statement, values, cancel);
        foreach (var (into, rows) in inserts)
        {
            foreach (var row in rows) await session.Execute(into.OneRow, row, cancel);
        }
    }

    private async ValueTask FlushTogether(PostgresSession postgres, CancellationToken cancel)
    {
        await using NpgsqlBatch batch = postgres.CreateBatch();
        foreach (var (statement, values) in statements) PostgresSession.AddTo(batch, statement.Postgres, values);
        foreach (var (into, rows) in inserts) PostgresSession.AddTo(batch, into, rows);
        await PostgresSession.RunBatch(batch, cancel);
    }
}
