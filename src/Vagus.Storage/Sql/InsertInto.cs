namespace Vagus.Storage.Sql;

/// <summary>The column types that both engines share. Instants are <see cref="BigInt"/>: Unix microseconds, UTC.</summary>
public enum ColumnType
{
    Text,
    BigInt,
    Boolean,
    Bytes,
    Real,
}

/// <summary>
/// An insert of many rows. SQLite runs the one-row statement for each; PostgreSQL gets all rows of a group as arrays in one statement.
/// </summary>
public sealed class InsertInto
{
    public InsertInto(string table, params (string Name, ColumnType Type)[] columns)
        : this(table, columns, onConflict: "")
    {
    }

    private InsertInto(string table, (string Name, ColumnType Type)[] columns, string onConflict)
    {
        Table = table;
        Types = [.. columns.Select(column => column.Type)];
        var names = string.Join(", ", columns.Select(column => column.Name));
        var places = string.Join(", ", columns.Select(column => "@" + column.Name));
        OneRow = new Statement($"insert into {table} ({names}) values ({places}){onConflict}");
        var arrays = string.Join(", ", columns.Select((column, index) => $"${index + 1}::{PostgresName(column.Type)}[]"));
        ManyRows = $"insert into {table} ({names}) select * from unnest({arrays}){onConflict}";
    }

    /// <summary>Rows that are there already stay as they are.</summary>
    internal static InsertInto Missing(string table, (string Name, ColumnType Type)[] columns) =>
        new(table, columns, " on conflict do nothing");

    internal string Table { get; }

    internal ColumnType[] Types { get; }

    internal Statement OneRow { get; }

    internal string ManyRows { get; }

    private static string PostgresName(ColumnType type) => type switch
    {
        ColumnType.Text => "text",
        ColumnType.BigInt => "bigint",
        ColumnType.Boolean => "boolean",
        ColumnType.Bytes => "bytea",
        ColumnType.Real => "double precision",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
