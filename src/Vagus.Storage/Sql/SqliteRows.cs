using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Vagus.Storage.Sql;

/// <summary>
/// Inserts of many rows by SQLite's own statements: a command of the driver looks every parameter up by its name and opens a reader for
/// each row.
/// </summary>
internal sealed class SqliteRows(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<InsertInto, sqlite3_stmt> prepared = [];

    public void Insert(InsertInto into, List<object?[]> rows)
    {
        if (!prepared.TryGetValue(into, out var statement)) prepared.Add(into, statement = Prepare(into));
        foreach (var row in rows)
        {
            if (row.Length != into.Types.Length)
                throw new ArgumentException($"A row has {into.Types.Length} values, {row.Length} were given.", nameof(rows));
            // Parameters are numbered from 1.
            for (var column = 0; column < row.Length; column++) Check(Bind(statement, column + 1, row[column]));
            var done = raw.sqlite3_step(statement);
            raw.sqlite3_reset(statement);
            if (done != raw.SQLITE_DONE) Check(done);
        }

        // Bodies are not kept until the next insert.
        raw.sqlite3_clear_bindings(statement);
    }

    public void Dispose()
    {
        foreach (var statement in prepared.Values) statement.Dispose();
    }

    private sqlite3_stmt Prepare(InsertInto into)
    {
        Check(raw.sqlite3_prepare_v2(connection.Handle, into.OneRow.Sqlite, out var statement));
        return statement;
    }

    private static int Bind(sqlite3_stmt statement, int place, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(statement, place),
        string text => raw.sqlite3_bind_text(statement, place, text),
        long number => raw.sqlite3_bind_int64(statement, place, number),
        bool flag => raw.sqlite3_bind_int(statement, place, flag ? 1 : 0),
        byte[] bytes => raw.sqlite3_bind_blob(statement, place, bytes),
        double real => raw.sqlite3_bind_double(statement, place, real),
        _ => throw new ArgumentException($"A value of type {value.GetType().Name} has no column type.", nameof(value)),
    };

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, connection.Handle);
}
