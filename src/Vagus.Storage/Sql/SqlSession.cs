using System.Data.Common;

namespace Vagus.Storage.Sql;

/// <summary>
/// One connection to the database and the statements it has prepared. Not for use by two at once.
/// Values are <c>string</c>, <c>long</c>, <c>bool</c>, <c>byte[]</c>, <c>double</c> or null.
/// </summary>
public abstract class SqlSession : IAsyncDisposable
{
    public abstract Engine Engine { get; }

    internal RowMemory Memory { get; } = new();

    /// <summary>False once the connection failed: the owner throws it away.</summary>
    internal abstract bool Usable { get; }

    /// <summary>Runs a query and maps each row as it is read.</summary>
    public abstract ValueTask<List<T>> Query<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel);

    /// <summary>Runs a query of at most one row; default when there is none.</summary>
    public async ValueTask<T?> QueryOne<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        var rows = await Query(statement, values, row, cancel);
        return rows.Count == 0 ? default : rows[0];
    }

    /// <summary>Runs a statement at once and answers how many rows it touched.</summary>
    public abstract ValueTask<int> Execute(Statement statement, object?[] values, CancellationToken cancel);

    /// <summary>Runs a script of several statements without parameters: migrations, pragmas, transaction verbs.</summary>
    internal abstract ValueTask Run(string script, CancellationToken cancel);

    /// <summary>Runs what answers nothing, in its order. It is not cancelled: how far it came could not be told.</summary>
    internal abstract ValueTask Run(StatementBatch batch);

    public abstract ValueTask DisposeAsync();
}
