using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace Vagus.Storage.Sql;

/// <summary>
/// A PostgreSQL connection. What answers nothing is sent in one round trip (<see cref="Run(StatementBatch)"/>).
/// </summary>
internal sealed class PostgresSession(NpgsqlConnection connection) : SqlSession
{
    public override Engine Engine => Engine.Postgres;

    /// <summary>
    /// Statements may take as long as they take: migrations, backups. Others are broken off after the driver's 30 s.
    /// </summary>
    public bool WaitsWithoutLimit { get; init; }

    internal override bool Usable => connection.FullState == System.Data.ConnectionState.Open;

    public override async ValueTask<List<T>> Query<T>(
        Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        await using var command = Bind(statement, values);
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        // A text of several statements may begin with some that answer no rows.
        do
        {
            while (await reader.ReadAsync(cancel)) rows.Add(row(reader));
        }
        while (await reader.NextResultAsync(cancel));
        return rows;
    }

    public override async ValueTask<int> Execute(Statement statement, object?[] values, CancellationToken cancel)
    {
        await using var command = Bind(statement, values);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    internal override async ValueTask Run(string script, CancellationToken cancel)
    {
        await using var command = Command(script);
        await command.ExecuteNonQueryAsync(cancel);
    }

    internal override async ValueTask Run(StatementBatch steps)
    {
        await using var batch = connection.CreateBatch();
        if (WaitsWithoutLimit) batch.Timeout = 0;
        foreach (var (statement, values, into, rows) in steps.Steps)
            batch.BatchCommands.Add(into is null ? CommandOf(statement!, values) : CommandOf(into, rows!));
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static NpgsqlBatchCommand CommandOf(Statement statement, object?[] values)
    {
        var command = new NpgsqlBatchCommand(statement.Postgres);
        foreach (var value in values) command.Parameters.Add(Parameter(value));
        return command;
    }

    /// <summary>All rows as one array per column.</summary>
    private static NpgsqlBatchCommand CommandOf(InsertInto insert, List<object?[]> rows)
    {
        var command = new NpgsqlBatchCommand(insert.ManyRows);
        for (var column = 0; column < insert.Types.Length; column++) command.Parameters.Add(Column(insert.Types[column], column, rows));
        return command;
    }

    public override ValueTask DisposeAsync() => connection.DisposeAsync();

    private NpgsqlCommand Bind(Statement statement, object?[] values)
    {
        if (values.Length != statement.Parameters.Count)
            throw new ArgumentException(
                $"The statement takes {statement.Parameters.Count} values, {values.Length} were given.", nameof(values));
        var command = Command(statement.Postgres);
        foreach (var value in values) command.Parameters.Add(Parameter(value));
        return command;
    }

    private NpgsqlCommand Command(string text)
    {
        var command = new NpgsqlCommand(text, connection);
        if (WaitsWithoutLimit) command.CommandTimeout = 0;
        return command;
    }

    private static NpgsqlParameter Parameter(object? value) => value switch
    {
        null => new NpgsqlParameter { Value = DBNull.Value },
        string text => new NpgsqlParameter<string> { TypedValue = text, NpgsqlDbType = NpgsqlDbType.Text },
        long number => new NpgsqlParameter<long> { TypedValue = number, NpgsqlDbType = NpgsqlDbType.Bigint },
        bool flag => new NpgsqlParameter<bool> { TypedValue = flag, NpgsqlDbType = NpgsqlDbType.Boolean },
        byte[] bytes => new NpgsqlParameter<byte[]> { TypedValue = bytes, NpgsqlDbType = NpgsqlDbType.Bytea },
        double real => new NpgsqlParameter<double> { TypedValue = real, NpgsqlDbType = NpgsqlDbType.Double },
        _ => throw new ArgumentException($"A value of type {value.GetType().Name} has no column type.", nameof(value)),
    };

    private static NpgsqlParameter Column(ColumnType type, int column, List<object?[]> rows) => type switch
    {
        ColumnType.Text =>
            new NpgsqlParameter { Value = rows.ConvertAll(row => (string?)row[column]).ToArray(),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        ColumnType.BigInt =>
            new NpgsqlParameter { Value = rows.ConvertAll(row => (long?)row[column]).ToArray(),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
        ColumnType.Boolean =>
            new NpgsqlParameter { Value = rows.ConvertAll(row => (bool?)row[column]).ToArray(),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Boolean },
        ColumnType.Bytes =>
            new NpgsqlParameter { Value = rows.ConvertAll(row => (byte[]?)row[column]).ToArray(),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
        ColumnType.Real =>
            new NpgsqlParameter { Value = rows.ConvertAll(row => (double?)row[column]).ToArray(),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Double },
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
