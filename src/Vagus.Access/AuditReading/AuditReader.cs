using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Access.AuditReading;

/// <summary>Entries of one log, newest first. <see cref="Next"/> is null on the last page.</summary>
public sealed record AuditPage(long Size, IReadOnlyList<RecordedEntry> Entries, long? Next);

/// <summary>
/// Reads a tenant's audit log. A search is exact up to the size that the log had when it was asked: the index is brought up to there first,
/// it names the bundles that are looked into, and the entries decide.
/// </summary>
public sealed class AuditReader
{
    // A search that matches little looks into so many bundles of 256 entries, and the next page goes on where it stopped.
    private const int BundlesPerPage = 64;
    private readonly Database database;
    private readonly AuditIndex index;

    internal AuditReader(Database database, AuditIndex index) => (this.database, this.index) = (database, index);

    public async ValueTask<RecordedEntry?> Find(TenantId tenant, long entry, CancellationToken cancel) =>
        await database.QueryOne(Entries, [tenant.Value, entry, entry + 1], RecordedEntry.Read, cancel);

    /// <param name="tenant">Whose log it is.</param>
    /// <param name="filter">Which entries are asked for.</param>
    /// <param name="before">Entries before this index; null: from the newest on.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="cancel">Ends the search.</param>
    public async ValueTask<AuditPage> Search(TenantId tenant, AuditFilter filter, long? before, int count, CancellationToken cancel)
    {
        var size = await SizeOf(tenant, cancel);
        var (low, high) = await Range(tenant, filter, Math.Min(before ?? size, size), cancel);
        var indexed = await index.CatchUp(tenant, size, cancel);
        var found = new List<RecordedEntry>();
        // What the index does not have yet: less than a bundle.
        var next = await Look(tenant, filter, (Math.Max(low, indexed * AuditTiles.Width), high), found, count, cancel);
        var looked = 0;
        while (next is null && looked < BundlesPerPage)
        {
            var bundles = await Bundles(tenant, filter, Math.Min(indexed, (high + AuditTiles.Width - 1) / AuditTiles.Width), cancel);
            if (bundles.Count == 0) return new AuditPage(size, found, null);
            foreach (var bundle in bundles)
            {
                if ((bundle + 1) * AuditTiles.Width <= low) return new AuditPage(size, found, null);
                var part = (Math.Max(low, bundle * AuditTiles.Width), Math.Min(high, (bundle + 1) * AuditTiles.Width));
                next = await Look(tenant, filter, part, found, count, cancel);
                if (next is not null) return new AuditPage(size, found, next);
                high = bundle * AuditTiles.Width;
                looked++;
            }
        }

        return new AuditPage(size, found, next ?? (high > low ? high : null));
    }

    internal async ValueTask<AuditHead?> Head(TenantId tenant, CancellationToken cancel) =>
        await database.QueryOne(FindHead, [tenant.Value], AuditHead.Read, cancel);

    private async ValueTask<long> SizeOf(TenantId tenant, CancellationToken cancel) => (await Head(tenant, cancel))?.Size ?? 0;

    /// <summary>Adds what matches, newest first; answers where the next page begins once there is enough, else null.</summary>
    private async ValueTask<long?> Look(
        TenantId tenant, AuditFilter filter, (long From, long To) part, List<RecordedEntry> found, int count, CancellationToken cancel)
    {
        if (part.From >= part.To) return null;
        foreach (var entry in await database.Query(Entries, [tenant.Value, part.From, part.To], RecordedEntry.Read, cancel))
        {
            if (!filter.Matches(entry)) continue;
            if (found.Count == count) return found[^1].Index;
            found.Add(entry);
        }

        return null;
    }

    /// <summary>Bundles below the given one that have every term, newest first.</summary>
    private async ValueTask<List<long>> Bundles(TenantId tenant, AuditFilter filter, long below, CancellationToken cancel)
    {
        var terms = filter.Terms().ToList();
        if (terms.Count == 0) return [.. Enumerable.Range(1, BundlesPerPage).Select(step => below - step).Where(bundle => bundle >= 0)];
        var named = terms.SelectMany(term => new object?[] { term.Kind, term.Value });
        object?[] values = [tenant.Value, below, .. named, (long)BundlesPerPage];
        return await database.Query(WithTerms[terms.Count - 1], values, row => row.GetInt64(0), cancel);
    }

    /// <summary>The instants of a log never decrease, so a time is a place in it.</summary>
    private async ValueTask<(long Low, long High)> Range(TenantId tenant, AuditFilter filter, long high, CancellationToken cancel)
    {
        var low = filter.From is { } from ? await FirstAt(tenant, from, high, cancel) : 0;
        return (low, filter.To is { } to ? await FirstAt(tenant, to, high, cancel) : high);
    }

    private async ValueTask<long> FirstAt(TenantId tenant, DateTimeOffset instant, long high, CancellationToken cancel)
    {
        var (low, at) = (0L, instant.ToMicroseconds());
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var recorded = await database.QueryOne(InstantOf, [tenant.Value, middle], row => (long?)row.GetInt64(0), cancel);
            // Retention has removed what is older than all that is left.
            if (recorded is null || recorded < at) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private static readonly Statement FindHead = new("""
        select size, frontier, recorded_at
        from audit_head
        where tenant_id = @tenant_id
        """);

    private static readonly Statement Entries = new("""
        select idx, recorded_at, body
        from audit_entry
        where tenant_id = @tenant_id
          and idx >= @first
          and idx < @end
        order by idx desc
        """);

    private static readonly Statement InstantOf = new("""
        select recorded_at
        from audit_entry
        where tenant_id = @tenant_id
          and idx = @idx
        """);

    // One text for each number of terms. The first one leads.
    private static readonly Statement[] WithTerms = [.. Enumerable.Range(1, 5).Select(Text)];

    private static Statement Text(int terms)
    {
        var others = string.Concat(Enumerable.Range(1, terms - 1).Select(number => $"""

              and exists (
                select 1
                from audit_term t{number}
                where t{number}.tenant_id = @tenant_id
                  and t{number}.kind = @kind{number}
                  and t{number}.value = @value{number}
                  and t{number}.bundle = t.bundle)
            """));
        return new Statement($"""
            select t.bundle
            from audit_term t
            where t.tenant_id = @tenant_id
              and t.bundle < @below
              and t.kind = @kind0
              and t.value = @value0{others}
            order by t.bundle desc
            limit @count
            """);
    }
}
