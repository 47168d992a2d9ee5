using System.Data.Common;
using Vagus.Storage.Sql;

namespace Vagus.Testing;

/// <summary>Counts the reads of what it passes on to.</summary>
public sealed class CountedQueries(IRunQueries queries) : IRunQueries
{
    public int Count { get; private set; }

    public ValueTask<List<T>> Query<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        Count++;
        return queries.Query(statement, values, row, cancel);
    }

    public ValueTask<T?> QueryOne<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        Count++;
        return queries.QueryOne(statement, values, row, cancel);
    }
}
