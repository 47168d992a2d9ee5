namespace Vagus.Storage.Sql;

/// <summary>
/// Statements and rows that answer nothing, in their order. A session runs them its own way: PostgreSQL in one round trip, SQLite one by
/// one.
/// </summary>
internal sealed class StatementBatch
{
    private readonly List<Step> steps = [];

    public IReadOnlyList<Step> Steps => steps;

    public StatementBatch Add(Statement statement, params object?[] values)
    {
        steps.Add(new Step(statement, values, null, null));
        return this;
    }

    /// <summary>The list is kept, not copied: it may not change before the batch has run.</summary>
    public StatementBatch Add(InsertInto into, List<object?[]> rows)
    {
        if (rows.Count > 0) steps.Add(new Step(null, [], into, rows));
        return this;
    }

    internal readonly record struct Step(Statement? Statement, object?[] Values, InsertInto? Into, List<object?[]>? Rows);
}
