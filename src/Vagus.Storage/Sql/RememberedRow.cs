using System.Runtime.InteropServices;

namespace Vagus.Storage.Sql;

/// <summary>
/// A row that never changes, by what finds it: its table and up to three columns. A name that clients choose is an <see cref="IndexKey"/>:
/// thousands are remembered by each connection.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RememberedRow(string Table, string Scope, long Kind, string Name);

/// <summary>
/// Numbers of rows that never change, as a connection has read them. Rows of a transaction that was undone are not among them: a
/// connection whose commit fails is thrown away with its memory.
/// </summary>
internal sealed class RowMemory
{
    // A full memory starts anew: names come from clients.
    private const int Most = 20_000;
    private readonly Dictionary<RememberedRow, long> known = [];

    public bool TryGetValue(RememberedRow row, out long number) => known.TryGetValue(row, out number);

    public void Clear() => known.Clear();

    public void Add(Dictionary<RememberedRow, long> learned)
    {
        if (known.Count + learned.Count > Most) known.Clear();
        foreach (var (row, number) in learned) known[row] = number;
    }
}
