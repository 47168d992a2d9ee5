using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Storage.Moving;

/// <summary>How much of a table was copied.</summary>
internal sealed record CopiedTable(long Owner, string LastKey, long Rows, byte[] Digest, bool IsDone)
{
    public static readonly CopiedTable None = new(0, "", 0, new RowDigest().ToBytes(), IsDone: false);
}

/// <summary>
/// Copies a tenant's rows in pages. Each page is a transaction of the other database that also writes how far the table has come
/// (<c>tenant_arrival</c>), so that a mover that was killed goes on where its last commit left it.
/// </summary>
internal sealed class CopyTables(MovePlan plan, MoveSide from, MoveSide to, TenantStop arriving)
{
    public async ValueTask Run(Action<string, long> tell, CancellationToken cancel)
    {
        foreach (var table in plan.Tables)
        {
            var copied = await Progress(table, cancel);
            if (copied.IsDone) continue;
            // The tables that give the numbers come first, and every later one begins with the numbers that are there.
            var maps = await NumberMaps.Read(plan.Families, from, to, arriving.Tenant, cancel);
            var rows = await Copy(table, copied, maps, cancel);
            tell(table.Name, rows);
        }
    }

    public async ValueTask<CopiedTable> Progress(TablePlan table, CancellationToken cancel) =>
        (await to.Query(
            Find, [arriving.Tenant, table.Name],
            row => new CopiedTable(row.GetInt64(0), row.GetString(1), row.GetInt64(2), (byte[])row.GetValue(3), row.GetBoolean(4)), cancel))
        is [var copied] ? copied : CopiedTable.None;

    private async ValueTask<long> Copy(TablePlan table, CopiedTable copied, NumberMaps maps, CancellationToken cancel)
    {
        var digest = RowDigest.From(copied.Digest);
        var owners = await plan.OwnersOf(table, from, arriving.Tenant, cancel);
        var after = copied.LastKey.Length == 0 ? null : TablePlan.Key(copied.LastKey);
        for (var owner = (int)copied.Owner; owner < owners.Count; owner++, after = null)
        {
            while (await table.Page(from, owners[owner], after, cancel) is { Count: > 0 } page)
            {
                after = table.KeyOf(page[^1]);
                var rows = page.ConvertAll(row => table.Sent(row, maps));
                foreach (var row in rows) digest.Add(row);
                var next = new CopiedTable(owner, TablePlan.Text(after), copied.Rows + rows.Count, digest.ToBytes(), IsDone: false);
                await Keep(table, rows, copied, next, cancel);
                copied = next;
            }
        }

        await Keep(table, [], copied, copied with { IsDone = true }, cancel);
        return copied.Rows;
    }

    /// <summary>The rows and how far they go, in one commit, while the move is still this one's.</summary>
    private ValueTask<bool> Keep(TablePlan table, List<object?[]> rows, CopiedTable before, CopiedTable now, CancellationToken cancel) =>
        to.Write(
            async session =>
            {
                if (await StopRows.Find(session, arriving.Tenant, cancel) != arriving) throw Lost();
                object?[] values = [arriving.Tenant, table.Name, now.Owner, now.LastKey, now.Rows, now.Digest, now.IsDone, before.Rows];
                if (await session.Execute(Move, values, cancel) == 0) throw Lost();
                await session.Run(new StatementBatch().Add(table.Insert, rows));
                return true;
            },
            alone: false, cancel);

    private static MoveException Lost() => new("Another process goes on with this move, or has given it up.");

    private static readonly Statement Find = new("""
        select owner, last_key, row_count, digest, done
        from tenant_arrival
        where tenant_id = @tenant_id
          and table_name = @table_name
        """);

    private static readonly Statement Move = new("""
        insert into tenant_arrival (tenant_id, table_name, owner, last_key, row_count, digest, done)
        values (@tenant_id, @table_name, @owner, @last_key, @row_count, @digest, @done)
        on conflict (tenant_id, table_name) do update
        set owner = excluded.owner, last_key = excluded.last_key, row_count = excluded.row_count, digest = excluded.digest,
          done = excluded.done
        where tenant_arrival.row_count = @before
          and not tenant_arrival.done
        """);
}
