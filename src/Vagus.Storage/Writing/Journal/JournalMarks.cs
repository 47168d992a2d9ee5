using System.Data.Common;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Writing.Journal;

/// <summary>
/// Up to which number the leaves of a tenant are in its log, of each journal: written by the commit that puts them there.
/// </summary>
internal static class JournalMarks
{
    public static void Add(StatementBatch batch, IReadOnlyList<UnfoldedLeaf> folded)
    {
        foreach (var ofOne in folded.GroupBy(leaf => (leaf.Journal, leaf.Tenant)))
            batch.Add(Move, ofOne.Key.Journal, ofOne.Key.Tenant.Value, ofOne.Max(leaf => leaf.Record.Number));
    }

    public static async ValueTask<Dictionary<(string Journal, TenantId Tenant), long>> Read(
        WriteTransaction write, CancellationToken cancel) => Of(await write.Query(All, [], Mark, cancel));

    /// <summary>
    /// Without leaves of other processes' journals that are in the logs already: a third process may have taken them in meanwhile.
    /// </summary>
    public static async ValueTask<List<UnfoldedLeaf>> Missing(SqlSession session, List<UnfoldedLeaf> taken)
    {
        if (taken.TrueForAll(leaf => leaf.Segment is not null)) return taken;
        var marks = Of(await session.Query(All, [], Mark, CancellationToken.None));
        return taken.FindAll(leaf => leaf.Record.Number > marks.GetValueOrDefault((leaf.Journal, leaf.Tenant)));
    }

    private static Dictionary<(string Journal, TenantId Tenant), long> Of(
        List<((string Journal, TenantId Tenant) Key, long Folded)> rows) => rows.ToDictionary(row => row.Key, row => row.Folded);

    private static ((string Journal, TenantId Tenant) Key, long Folded) Mark(DbDataReader row) =>
        ((row.GetString(0), new TenantId(row.GetString(1))), row.GetInt64(2));

    public static ValueTask<int> Remove(WriteTransaction write, string journal, CancellationToken cancel) =>
        write.Execute(RemoveOf, [journal], cancel);

    private static readonly Statement Move = new("""
        insert into leaf_journal (journal, tenant_id, folded)
        values (@journal, @tenant_id, @folded)
        on conflict (journal, tenant_id) do update set folded = excluded.folded
        where leaf_journal.folded < excluded.folded
        """);

    private static readonly Statement All = new("""
        select journal, tenant_id, folded
        from leaf_journal
        """);

    private static readonly Statement RemoveOf = new("""
        delete from leaf_journal
        where journal = @journal
        """);
}
