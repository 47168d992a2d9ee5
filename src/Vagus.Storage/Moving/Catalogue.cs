using Vagus.Storage.Sql;

namespace Vagus.Storage.Moving;

/// <summary>
/// A column as the database's own catalogue has it; <paramref name="KeyPlace"/>: its place in the primary key, 0 where it has none.
/// </summary>
internal sealed record CatalogueColumn(string Table, string Name, ColumnType Type, long KeyPlace);

/// <summary>The tables that a database has.</summary>
internal static class Catalogue
{
    public static ValueTask<List<CatalogueColumn>> Read(MoveSide side, CancellationToken cancel) => side.Query(
        Columns, [],
        row => new CatalogueColumn(row.GetString(0), row.GetString(1), TypeOf(row.GetString(0), row.GetString(2)), row.GetInt64(3)),
        cancel);

    private static ColumnType TypeOf(string table, string declared) => declared.ToLowerInvariant() switch
    {
        "text" => ColumnType.Text,
        "bigint" or "integer" => ColumnType.BigInt,
        "boolean" => ColumnType.Boolean,
        "bytea" or "blob" => ColumnType.Bytes,
        "double precision" => ColumnType.Real,
        var other => throw new MoveException($"The table {table} has a column of the type {other}, which the move does not know."),
    };

    private static readonly Statement Columns = new(
        sqlite: """
            select m.name, p.name, p.type, p.pk
            from sqlite_master m
            join pragma_table_info(m.name) p
            where m.type = 'table'
              and m.name not like 'sqlite_%'
            order by m.name, p.cid
            """,
        postgres: """
            select c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod),
              coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)::bigint
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            join pg_attribute a on a.attrelid = c.oid
            left join pg_index i on i.indrelid = c.oid and i.indisprimary
            where n.nspname = current_schema()
              and c.relkind = 'r'
              and a.attnum > 0
              and not a.attisdropped
            order by c.relname, a.attnum
            """);
}
