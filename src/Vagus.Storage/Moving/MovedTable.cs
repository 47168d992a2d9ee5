using Vagus.Storage.Sql;

namespace Vagus.Storage.Moving;

/// <summary>
/// How the rows of a table are moved with their tenant, where "those with its <c>tenant_id</c>, as they are" does not say all. Rooms declare
/// theirs beside their migrations; a table with neither a declaration nor a <c>tenant_id</c> refuses each move.
/// </summary>
public sealed record MovedTable(string Name)
{
    /// <summary>The rows are the installation's and stay; here is why.</summary>
    public string? Stays { get; init; }

    /// <summary>In place of <c>tenant_id = @tenant_id</c>.</summary>
    public string? Where { get; init; }

    /// <summary>The rows have one of the tenant's numbers in this column in place of its id.</summary>
    public NumberedColumn? Owner { get; init; }

    /// <summary>Columns with numbers of the tenant, which are others in another database. What is not above 0 is no such number.</summary>
    public IReadOnlyList<NumberedColumn> Numbers { get; init; } = [];

    /// <summary>Bytes that hold such numbers.</summary>
    public PackedNumbers? Packed { get; init; }

    /// <summary>The column whose number the other database gives anew.</summary>
    public string? GivenAnew { get; init; }

    /// <summary>What these columns hold in the other database, whatever they hold here.</summary>
    public IReadOnlyDictionary<string, object?> Replaced { get; init; } = new Dictionary<string, object?>();

    /// <summary>A row of the same key is the same row: it may be left of a move before, and is not removed with the others.</summary>
    public bool Remains { get; init; }

    /// <summary>Tables that give numbers come first; those by which others learn that there is the tenant come last.</summary>
    public MoveOrder Order { get; init; } = MoveOrder.Between;
}

/// <summary>When a table is copied.</summary>
public enum MoveOrder
{
    First,
    Between,
    Last,
}

/// <summary>A column, and the <see cref="NumberFamily"/> of its numbers.</summary>
public sealed record NumberedColumn(string Column, string Family);

/// <summary>A column of bytes, and how the numbers in them are put through a map.</summary>
public sealed record PackedNumbers(string Column, string Family, Func<byte[], Func<long, long>, byte[]?> Map);

/// <summary>
/// Small numbers that a database gives to things of its tenants. <paramref name="Read"/> takes a tenant and answers each number of it with
/// a text that names the same thing in every database.
/// </summary>
public sealed record NumberFamily(string Name, Statement Read);

/// <summary>What changes where a tenant was, in the commit of the switch. The statement takes the instant and the tenant.</summary>
public sealed record SwitchStep(Statement Statement);
