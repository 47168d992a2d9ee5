using System.Data.Common;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>A <see cref="RecordQuery"/> whose text is made: within the reach that it was made for, and no other.</summary>
public sealed class RecordStatement
{
    private readonly Statement statement;
    private readonly object?[] values;

    internal RecordStatement(Statement statement, object?[] values) => (this.statement, this.values) = (statement, values);

    /// <summary>The same with another value for a parameter that the reach does not depend on.</summary>
    public RecordStatement With(string parameter, object? value)
    {
        object?[] others = [.. values];
        others[Array.IndexOf([.. statement.Parameters], parameter[1..])] = value;
        return new RecordStatement(statement, others);
    }

    public ValueTask<List<T>> Run<T>(IRunQueries queries, Func<DbDataReader, T> row, CancellationToken cancel) =>
        queries.Query(statement, values, row, cancel);
}
