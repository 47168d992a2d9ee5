using Vagus.Storage.Sql;

namespace Vagus.Storage.Writing;

/// <summary>
/// The rows that a group of writes has added and not sent yet: one statement per table takes them all. A write that is undone takes its
/// own back, which are the last.
/// </summary>
internal sealed class WaitingRows
{
    private readonly Dictionary<InsertInto, List<object?[]>> tables = [];
    private readonly Dictionary<InsertInto, int> before = [];

    public bool IsEmpty => tables.Count == 0;

    /// <summary>Rows of the writes before the one that runs wait too.</summary>
    public bool HoldOthers => before.Count > 0;

    public void Add(InsertInto into, object?[] row)
    {
        if (!tables.TryGetValue(into, out var rows)) tables.Add(into, rows = []);
        rows.Add(row);
    }

    /// <summary>A write begins: from here <see cref="Undo"/> takes back.</summary>
    public void Mark()
    {
        before.Clear();
        foreach (var (into, rows) in tables) before.Add(into, rows.Count);
    }

    public void Undo()
    {
        foreach (var into in tables.Keys.Where(into => !before.ContainsKey(into)).ToList()) tables.Remove(into);
        foreach (var (into, count) in before) tables[into].RemoveRange(count, tables[into].Count - count);
    }

    /// <summary>True when the statement may read or change a table that rows wait for.</summary>
    public bool Concern(Statement statement) => tables.Keys.Any(into => statement.Names(into.Table));

    /// <summary>Moves the rows of the writes before into the batch.</summary>
    public void TakeOthers(StatementBatch batch)
    {
        foreach (var (into, count) in before)
        {
            var rows = tables[into];
            batch.Add(into, rows.GetRange(0, count));
            rows.RemoveRange(0, count);
            if (rows.Count == 0) tables.Remove(into);
        }

        before.Clear();
    }

    /// <summary>Moves all rows into the batch.</summary>
    public void TakeAll(StatementBatch batch)
    {
        foreach (var (into, rows) in tables) batch.Add(into, rows);
        tables.Clear();
        before.Clear();
    }
}
