using System.Data.Common;

namespace Vagus.Storage.Sql;

/// <summary>
/// Where a query can run: on a pooled reader (<see cref="Database"/>), or inside a write, where it sees what that write did.
/// </summary>
public interface IRunQueries
{
    ValueTask<List<T>> Query<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel);

    /// <summary>A query of at most one row; default when there is none.</summary>
    ValueTask<T?> QueryOne<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel);
}
