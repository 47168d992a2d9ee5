using Vagus.Storage.Sql;

namespace Vagus.Storage.Moving;

/// <summary>
/// Copies a tenant's keys, wrapped as they are, in one transaction of the other database of keys: after each end it begins anew. They are
/// copied last, so that a key which an operator destroyed meanwhile is destroyed there too, and read back.
/// </summary>
internal sealed class CopyKeys(MovePlace from, MovePlace to, string tenant)
{
    public async ValueTask Run(CancellationToken cancel)
    {
        var plan = await MovePlan.Of(from.Keys, to.Keys, from.Tables, from.Families, cancel);
        var (sent, rows) = (new RowDigest(), 0L);
        await to.Keys.Write(
            async session =>
            {
                (sent, rows) = (new RowDigest(), 0);
                foreach (var table in plan.Tables)
                {
                    await session.Execute(Remove(table), [tenant], cancel);
                    rows += await Copy(table, session, sent, cancel);
                }

                return true;
            },
            alone: false, cancel);
        var (back, there) = (new RowDigest(), 0L);
        foreach (var table in plan.Tables) there += await Each(table, to.Keys, row => back.Add(table.Kept(row)), cancel);
        if (there != rows || !back.ToBytes().AsSpan().SequenceEqual(sent.ToBytes()))
            throw new MoveException("The other database of keys has other keys than were copied.");
    }

    private async ValueTask<long> Copy(TablePlan table, SqlSession session, RowDigest sent, CancellationToken cancel)
    {
        var rows = new List<object?[]>();
        var count = await Each(table, from.Keys, row => rows.Add(table.Kept(row)), cancel);
        foreach (var row in rows) sent.Add(row);
        await session.Run(new StatementBatch().Add(table.Insert, rows));
        return count;
    }

    private async ValueTask<long> Each(TablePlan table, MoveSide side, Action<object?[]> take, CancellationToken cancel)
    {
        var (count, after) = (0L, (object?[]?)null);
        while (await table.Page(side, tenant, after, cancel) is { Count: > 0 } page)
        {
            after = table.KeyOf(page[^1]);
            foreach (var row in page) take(row);
            count += page.Count;
        }

        return count;
    }

    private static Statement Remove(TablePlan table) => new($"delete from {table.Name} where tenant_id = @tenant_id");
}
