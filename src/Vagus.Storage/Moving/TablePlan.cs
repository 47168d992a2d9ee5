using System.Data.Common;
using System.Text.Json;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Moving;

/// <summary>
/// A table of the move: what its columns are, how a tenant's rows are read in pages, counted and removed, and what is sent of them.
/// </summary>
internal sealed class TablePlan
{
    private const long PageRows = 256;
    private readonly CatalogueColumn[] columns;
    private readonly int[] key;
    private readonly int[] sent;
    private readonly Statement first;
    private readonly Statement next;
    private readonly Statement remove;
    private readonly Statement count;

    /// <param name="declared">What its room says of it.</param>
    /// <param name="columns">As the catalogue has them.</param>
    public TablePlan(MovedTable declared, IReadOnlyList<CatalogueColumn> columns)
    {
        Declared = declared;
        this.columns = [.. columns];
        var fixedColumn = declared.Owner?.Column ?? (declared.Where is null ? "tenant_id" : null);
        key = [.. Places(column => column.KeyPlace > 0 && column.Name != fixedColumn).OrderBy(place => this.columns[place].KeyPlace)];
        sent = [.. Places(column => column.Name != declared.GivenAnew)];
        var owned = declared.Where ?? $"{fixedColumn} = @owner";
        var (names, keys) = (Names(Enumerable.Range(0, columns.Count)), Names(key));
        var places = string.Join(", ", key.Select((_, place) => $"@key{place}"));
        var order = key.Length == 0 ? "" : $" order by {keys}";
        first = new Statement($"select {names} from {Name} where {owned}{order} limit @limit");
        next = new Statement(
            key.Length == 0 ? $"select {names} from {Name} where {owned} limit 0"
                : $"select {names} from {Name} where {owned} and ({keys}) > ({places}){order} limit @limit");
        remove = new Statement($"delete from {Name} where {owned}{(key.Length == 0 ? "" : $" and ({keys}) <= ({places})")}");
        count = new Statement($"select count(*) from {Name} where {owned}");
        var insert = sent.Select(place => (this.columns[place].Name, this.columns[place].Type)).ToArray();
        Insert = declared.Remains ? InsertInto.Missing(Name, insert) : new InsertInto(Name, insert);
    }

    public MovedTable Declared { get; }

    public string Name => Declared.Name;

    public InsertInto Insert { get; }

    public IEnumerable<string> Columns => columns.Select(column => column.Name);

    public ValueTask<List<object?[]>> Page(MoveSide side, object owner, object?[]? after, CancellationToken cancel) => after is null
        ? side.Query(first, [owner, PageRows], Read, cancel)
        : side.Query(next, key.Length == 0 ? [owner] : [owner, .. after, PageRows], Read, cancel);

    /// <summary>The key of a row, as the next page begins behind it.</summary>
    public object?[] KeyOf(object?[] row) => [.. key.Select(place => row[place])];

    public async ValueTask<long> Count(MoveSide side, object owner, CancellationToken cancel) =>
        (await side.Query(count, [owner], row => row.GetInt64(0), cancel))[0];

    /// <summary>Removes the owner's rows up to a key.</summary>
    public ValueTask<int> Remove(SqlSession session, object owner, object?[] upTo, CancellationToken cancel) =>
        session.Execute(remove, [owner, .. upTo], cancel);

    /// <summary>The columns that are sent of a row, with what they are to hold in the other database.</summary>
    public object?[] Sent(object?[] row, NumberMaps maps)
    {
        foreach (var (column, family) in Declared.Numbers)
        {
            var place = PlaceOf(column);
            if (row[place] is long number) row[place] = maps.Of(family, number);
        }

        if (Declared.Packed is { } packed && row[PlaceOf(packed.Column)] is byte[] bytes)
            row[PlaceOf(packed.Column)] = packed.Map(bytes, number => maps.Of(packed.Family, number));
        return Kept(row);
    }

    /// <summary>The same columns of a row of the other database.</summary>
    public object?[] Kept(object?[] row)
    {
        foreach (var (column, value) in Declared.Replaced) row[PlaceOf(column)] = value;
        return [.. sent.Select(place => row[place])];
    }

    /// <summary>A key as text, and back.</summary>
    public static string Text(object?[] key) => JsonSerializer.Serialize(key);

    /// <inheritdoc cref="Text"/>
    public static object?[] Key(string text) => [.. JsonElement.Parse(text).EnumerateArray().Select(each => each.ValueKind switch
    {
        JsonValueKind.Number => each.GetInt64(),
        JsonValueKind.True or JsonValueKind.False => each.GetBoolean(),
        _ => (object?)each.GetString(),
    })];

    private object?[] Read(DbDataReader row)
    {
        var values = new object?[columns.Length];
        for (var place = 0; place < values.Length; place++) values[place] = row.IsDBNull(place) ? null : Value(row, place);
        return values;
    }

    private object Value(DbDataReader row, int place) => columns[place].Type switch
    {
        ColumnType.Text => row.GetString(place),
        ColumnType.BigInt => row.GetInt64(place),
        ColumnType.Boolean => row.GetBoolean(place),
        ColumnType.Real => row.GetDouble(place),
        _ => (byte[])row.GetValue(place),
    };

    private int PlaceOf(string column) => Array.FindIndex(columns, each => each.Name == column);

    private IEnumerable<int> Places(Func<CatalogueColumn, bool> isMeant) =>
        Enumerable.Range(0, columns.Length).Where(place => isMeant(columns[place]));

    private string Names(IEnumerable<int> places) => string.Join(", ", places.Select(place => columns[place].Name));
}
