using Vagus.Storage.Sql;

namespace Vagus.Storage.Moving;

/// <summary>Every table of a database, in the order in which it is copied; none of them is unknown.</summary>
internal sealed class MovePlan
{
    private readonly Dictionary<string, NumberFamily> families;

    private MovePlan(IReadOnlyList<TablePlan> tables, Dictionary<string, NumberFamily> families) =>
        (Tables, this.families) = (tables, families);

    public IReadOnlyList<TablePlan> Tables { get; }

    public IEnumerable<NumberFamily> Families => families.Values;

    /// <summary>Refuses tables that the move does not know, and two databases whose tables differ.</summary>
    public static async ValueTask<MovePlan> Of(
        MoveSide from, MoveSide to, IEnumerable<MovedTable> declared, IEnumerable<NumberFamily> families, CancellationToken cancel)
    {
        var tables = await TablesOf(from, cancel);
        var there = await TablesOf(to, cancel);
        var plan = For(tables, declared, families);
        foreach (var table in plan.Tables)
        {
            var same = there.FirstOrDefault(each => each.Key == table.Name)?.Select(column => column.Name)
                .ToHashSet(StringComparer.Ordinal);
            if (same is null || !same.SetEquals(table.Columns))
                throw new MoveException($"The table {table.Name} is another one in the two databases: bring both to one version of the program.");
        }

        return plan;
    }

    /// <param name="tables">The catalogue's columns by table.</param>
    /// <param name="declared">What rooms say of their tables.</param>
    /// <param name="families">The numbers that databases give.</param>
    public static MovePlan For(
        IReadOnlyList<IGrouping<string, CatalogueColumn>> tables, IEnumerable<MovedTable> declared, IEnumerable<NumberFamily> families)
    {
        var known = declared.ToDictionary(table => table.Name, StringComparer.Ordinal);
        var plans = new List<TablePlan>();
        foreach (var table in tables)
        {
            var of = known.GetValueOrDefault(table.Key) ?? new MovedTable(table.Key);
            if (of.Stays is not null) continue;
            RefuseUnknown(of, table);
            plans.Add(new TablePlan(of, [.. table]));
        }

        return new MovePlan(
            [.. plans.OrderBy(plan => plan.Declared.Order).ThenBy(plan => plan.Name, StringComparer.Ordinal)],
            families.ToDictionary(family => family.Name, StringComparer.Ordinal));
    }

    public static async ValueTask<IReadOnlyList<IGrouping<string, CatalogueColumn>>> TablesOf(MoveSide side, CancellationToken cancel) =>
        [.. (await Catalogue.Read(side, cancel)).GroupBy(column => column.Table, StringComparer.Ordinal)];

    /// <summary>By what a table's rows of a tenant are found in a database: its id, or each of its numbers.</summary>
    public async ValueTask<List<object>> OwnersOf(TablePlan table, MoveSide side, string tenant, CancellationToken cancel)
    {
        if (table.Declared.Owner is not { } owner) return [tenant];
        var numbers = await NumberMaps.NumbersOf(families[owner.Family], side, tenant, cancel);
        return [.. numbers.Select(each => each.Number).Order().Select(number => (object)number)];
    }

    private static void RefuseUnknown(MovedTable table, IEnumerable<CatalogueColumn> columns)
    {
        var names = columns.Select(column => column.Name).ToList();
        if (table.Where is null && table.Owner is null && !names.Contains("tenant_id"))
            throw new MoveException($"The table {table.Name} is not known to the move: it says of no row whose it is.");

        var mapped = table.Numbers.Select(number => number.Column).ToHashSet(StringComparer.Ordinal);
        var unmapped = names.Find(name => name.EndsWith("_number", StringComparison.Ordinal) && !mapped.Contains(name));
        if (unmapped is not null)
            throw new MoveException($"The table {table.Name} is not known to the move: {unmapped} is a number of this database.");
    }
}
