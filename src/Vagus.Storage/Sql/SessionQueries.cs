using System.Data.Common;

namespace Vagus.Storage.Sql;

/// <summary>Queries on one connection, which has a transaction: all of them see one snapshot.</summary>
internal sealed class SessionQueries(SqlSession session) : IRunQueries
{
    public ValueTask<List<T>> Query<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel) =>
        session.Query(statement, values, row, cancel);

    public ValueTask<T?> QueryOne<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel) =>
        session.QueryOne(statement, values, row, cancel);
}
