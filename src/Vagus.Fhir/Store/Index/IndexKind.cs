using System.Runtime.InteropServices;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store.Index;

/// <summary>
/// One kind of search value: its tables, the rows that a resource has in them, and the condition that a search term is there. Each table
/// is one b-tree (SQLite: without rowid; PostgreSQL: the primary key and no other index), led by the tenant's number and the parameter, so
/// that a statement finds one index that fits it and no plan depends on statistics. There is no index by resource: the resource's own row
/// keeps the keys (<see cref="ResourceKeys"/>).
/// </summary>
internal abstract class IndexKind(string label, SearchKind kind, SearchParameterKind? parameterKind, string table)
{
    /// <summary>The order is that of the kept keys in databases: new kinds go to the end.</summary>
    public static readonly IReadOnlyList<IndexKind> All =
    [
        new TokenIndex(), new ReferenceIndex(), new StringIndex(), new DateIndex(), new NumberIndex(), new QuantityIndex(), new UriIndex(),
        new CompositeIndex(), new WordIndex(), new PositionIndex(),
    ];

    /// <summary>Names the kind in figures.</summary>
    public string Label => label;

    /// <summary>The criteria that are asked of this kind's table.</summary>
    public SearchKind Kind => kind;

    /// <summary>The search parameters whose values it holds; null: what it holds are values of none.</summary>
    public SearchParameterKind? ParameterKind => parameterKind;

    /// <summary>The table that is ordered by the values.</summary>
    public string Table => table;

    /// <summary>Statements that make the tables. Released with a migration: never edited.</summary>
    public abstract string SqliteTables { get; }

    /// <inheritdoc cref="SqliteTables"/>
    public abstract string PostgresTables { get; }

    /// <summary>The columns of an <see cref="IndexEntry"/> that name its row within the resource.</summary>
    public abstract IReadOnlyList<ColumnType> KeyTypes { get; }

    /// <summary>The column of <see cref="KeyTypes"/> that holds the number of a name (<see cref="Names"/>); null: none does.</summary>
    public virtual int? NameColumn => null;

    /// <summary>What the resource is found by. Systems and types of references become numbers.</summary>
    public abstract ValueTask<List<IndexEntry>> EntriesOf(WriteTransaction write, IndexedValues values, CancellationToken cancel);

    public abstract void Insert(WriteTransaction write, RowOwner owner, IndexEntry entry);

    /// <summary>As <see cref="Insert"/>, into the tables of step 208, whatever later steps add.</summary>
    public virtual void InsertFirst(WriteTransaction write, RowOwner owner, IndexEntry entry) => Insert(write, owner, entry);

    public abstract ValueTask Delete(WriteTransaction write, RowOwner owner, IndexEntry entry, CancellationToken cancel);

    /// <summary>
    /// The conditions of a term on a row <c>x</c> of <see cref="Table"/>, of which one must hold. Each becomes a query of its own: joined
    /// by "or", SQLite would read all rows of the parameter.
    /// </summary>
    public abstract IEnumerable<string> Conditions(SqlText text, string tenant, SearchTerm term);

    /// <summary>
    /// The table and the condition that tell of one resource, by its <c>rid</c>, whether the term holds, at the cost of a look-up. Null:
    /// there is none, and the resources for which it holds are gathered first.
    /// </summary>
    public abstract (string Table, string Condition)? OfResource(SqlText text, string tenant, SearchTerm term);

    /// <summary>Where in <see cref="All"/> the kind stands.</summary>
    public static int PlaceOf<T>()
        where T : IndexKind => All.Select((kind, place) => (kind, place)).First(each => each.kind is T).place;

    public static IndexKind? Of(SearchKind kind) => All.FirstOrDefault(row => row.Kind == kind);

    public static IndexKind? Of(SearchParameterKind kind) => All.FirstOrDefault(row => row.ParameterKind == kind);
}

/// <summary>The resource that index rows are of: the numbers that every row begins or ends with.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RowOwner(long Tenant, long Rid);

/// <summary>
/// What one index row says. <see cref="Key"/>: the columns that, with the owner, name the row; the first is the parameter.
/// <see cref="Rest"/>: columns beside the key.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct IndexEntry(object[] Key, object?[] Rest)
{
    public IndexEntry(params object[] key)
        : this(key, [])
    {
    }

    public long Parameter => (long)Key[0];
}
