using System.Globalization;
using Npgsql;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Backups;

/// <summary>A table of a PostgreSQL database with its columns, and the file that has its rows.</summary>
internal sealed record CopiedTable(string Name, IReadOnlyList<string> Columns)
{
    public string File => $"{Name}.copy";
}

/// <summary>
/// Tables as files, by COPY. The rows are in PostgreSQL's binary form, which does not depend on the server's version. The schema is not in
/// them: it is made by the migrations that the manifest names.
/// </summary>
internal static class PostgresCopies
{
    /// <summary>One moment for all tables. Between two of them the session may wait for a slow disk.</summary>
    public const string Snapshot =
        "begin isolation level repeatable read read only; set local idle_in_transaction_session_timeout = 0; set local statement_timeout = 0";

    public static async ValueTask<List<CopiedTable>> Tables(SqlSession session, CancellationToken cancel)
    {
        var columns = await session.Query(ReadColumns, [], row => (Table: row.GetString(0), Column: row.GetString(1)), cancel);
        return [.. columns.GroupBy(each => each.Table, each => each.Column).Select(each => new CopiedTable(each.Key, [.. each]))];
    }

    public static async ValueTask Save(NpgsqlConnection connection, CopiedTable table, string folder, CancellationToken cancel)
    {
        await using var file = BackupFiles.Create(Path.Combine(folder, table.File));
        await using var rows = await connection.BeginRawBinaryCopyAsync($"copy {Named(table)} to stdout (format binary)", cancel);
        await rows.CopyToAsync(file, cancel);
    }

    /// <summary>Rows that a migration wrote are in the file too.</summary>
    public static async ValueTask Load(NpgsqlConnection connection, CopiedTable table, string folder, CancellationToken cancel)
    {
        await using (var empty = new NpgsqlCommand($"delete from {Quoted(table.Name)}", connection)) await empty.ExecuteNonQueryAsync(cancel);
        await using var file = BackupFiles.OpenRead(Path.Combine(folder, table.File));
        await using var rows = await connection.BeginRawBinaryCopyAsync($"copy {Named(table)} from stdin (format binary)", cancel);
        await file.CopyToAsync(rows, cancel);
    }

    /// <summary>
    /// The numbers that the database gives go on behind those of the rows: COPY brings them along, and does not tell whoever counts.
    /// </summary>
    public static async ValueTask GoOnCounting(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(Restart, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }

    // Names are the catalogue's, and of a manifest only those that the catalogue knows.
    private static string Named(CopiedTable table) =>
        string.Create(CultureInfo.InvariantCulture, $"{Quoted(table.Name)} ({string.Join(", ", table.Columns.Select(Quoted))})");

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private const string Restart = """
        do $$
        declare counted record;
        begin
          for counted in
            select table_name, column_name
            from information_schema.columns
            where table_schema = current_schema()
              and is_identity = 'YES'
          loop
            execute format(
              'select setval(pg_get_serial_sequence(%L, %L), coalesce(max(%I), 0) + 1, false) from %I',
              quote_ident(counted.table_name), counted.column_name, counted.column_name, counted.table_name);
          end loop;
        end
        $$
        """;

    private static readonly Statement ReadColumns = new(
        sqlite: "",
        postgres: """
            select c.table_name, c.column_name
            from information_schema.columns as c
            join information_schema.tables as t on t.table_schema = c.table_schema and t.table_name = c.table_name
            where c.table_schema = current_schema()
              and t.table_type = 'BASE TABLE'
              and c.is_generated = 'NEVER'
            order by c.table_name, c.ordinal_position
            """);
}
