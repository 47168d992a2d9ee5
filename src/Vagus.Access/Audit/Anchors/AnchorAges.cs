using System.Data.Common;
using Vagus.Storage.Sql;

namespace Vagus.Access.Audit.Anchors;

/// <summary>How far each sink is behind, as the database has it: every node can tell.</summary>
public static class AnchorAges
{
    /// <summary>One line per sink of the settings.</summary>
    public static async ValueTask<IReadOnlyList<AnchorAge>> Read(
        IRunQueries queries, AnchorOptions options, DateTimeOffset now, CancellationToken cancel)
    {
        var ages = new List<AnchorAge>();
        foreach (var sink in SinksOf(options))
        {
            var (last, since) = await queries.QueryOne(Ask, [sink], row => (InstantAt(row, 0), InstantAt(row, 1)), cancel);
            ages.Add(new AnchorAge(sink, now - last, now - since ?? TimeSpan.Zero));
        }

        return ages;
    }

    private static DateTimeOffset? InstantAt(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : Instant.FromMicroseconds(row.GetInt64(column));

    private static IEnumerable<string> SinksOf(AnchorOptions options)
    {
        if (options.Folder is not null) yield return "folder";
        if (options.S3 is not null) yield return "s3";
    }

    private static readonly Statement Ask = new("""
        select
          (select max(anchored_at) from audit_anchor where sink = @sink),
          (select min((
            select min(c.signed_at)
            from audit_checkpoint c
            where c.tenant_id = h.tenant_id
              and c.size > coalesce((select a.size from audit_anchor a where a.tenant_id = h.tenant_id and a.sink = @sink), 0)))
          from audit_head h)
        """);
}

/// <summary>How far a sink is behind.</summary>
/// <param name="Sink"><c>folder</c> or <c>s3</c>.</param>
/// <param name="LastAnchor">Since its last anchor; null where it has none.</param>
/// <param name="Waiting">How long the oldest checkpoint that it does not cover has been waiting; zero where it covers all.</param>
public sealed record AnchorAge(string Sink, TimeSpan? LastAnchor, TimeSpan Waiting);
