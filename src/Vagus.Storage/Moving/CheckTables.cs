namespace Vagus.Storage.Moving;

/// <summary>The rows of a table that both databases have.</summary>
public sealed record CheckedTable(string Table, long Rows);

/// <summary>
/// Compares what was sent with what the other database has, and counts what is here: each table has as many rows, and the digest of the
/// rows that are read back is that of the rows that were sent.
/// </summary>
internal sealed class CheckTables(MovePlan plan, MoveSide from, MoveSide to, string tenant)
{
    public async ValueTask<CheckedTable> Run(TablePlan table, CopiedTable sent, CancellationToken cancel)
    {
        var here = 0L;
        foreach (var owner in await plan.OwnersOf(table, from, tenant, cancel)) here += await table.Count(from, owner, cancel);
        var (rows, digest) = await ReadBack(table, to, cancel);
        if (here != sent.Rows || rows != sent.Rows)
            throw new MoveException($"The table {table.Name} has {here} rows here and {rows} there, and {sent.Rows} were copied.");
        if (!digest.AsSpan().SequenceEqual(sent.Digest))
            throw new MoveException($"The table {table.Name} has other rows there than were copied.");
        return new CheckedTable(table.Name, rows);
    }

    private async ValueTask<(long Rows, byte[] Digest)> ReadBack(TablePlan table, MoveSide side, CancellationToken cancel)
    {
        var (rows, digest) = (0L, new RowDigest());
        foreach (var owner in await plan.OwnersOf(table, side, tenant, cancel))
        {
            object?[]? after = null;
            while (await table.Page(side, owner, after, cancel) is { Count: > 0 } page)
            {
                after = table.KeyOf(page[^1]);
                foreach (var row in page) digest.Add(table.Kept(row));
                rows += page.Count;
            }
        }

        return (rows, digest.ToBytes());
    }
}
