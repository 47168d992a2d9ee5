using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Recovery;

/// <summary>
/// Removes tickets, and one-time tokens, an hour after their end: until then tokens count in how many mails somebody gets.
/// </summary>
internal sealed class SweepOneTimeTokens(Database database, GroupCommit commit, TimeProvider clock)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private const long Batch = 500;
    private static readonly TenantId Installation = new("");

    public async Task DeleteExpired(CancellationToken cancel)
    {
        var before = (clock.GetUtcNow() - TimeSpan.FromHours(1)).ToMicroseconds();
        // Asked first on a reader: mostly there is nothing to write.
        await Delete(AnyToken, DeleteTokens, before, cancel);
        await Delete(AnyTicket, DeleteTickets, before, cancel);
    }

    private async Task Delete(Statement any, Statement delete, long before, CancellationToken cancel)
    {
        while (await database.QueryOne(any, [before], row => (long?)row.GetInt64(0), cancel) is not null)
        {
            var outcome = await commit.Write<int>(
                Installation,
                async (write, token) => await write.Execute(delete, [before, Batch], token), cancel);
            if (outcome.Refusal is { } refusal) throw new InvalidOperationException($"The sweep could not write: {refusal.Code}.");
            if (outcome.Value == 0) return;
        }
    }

    private static readonly Statement AnyToken = new($"""
        select expires_at
        from access_one_time
        where expires_at < @before
          and {NotStopped.Sql}
        limit 1
        """);

    private static readonly Statement DeleteTokens = new($"""
        delete from access_one_time
        where token_hash in (
          select token_hash
          from access_one_time
          where expires_at < @before
            and {NotStopped.Sql}
          order by expires_at
          limit @limit
        )
        """);

    private static readonly Statement AnyTicket = new($"""
        select expires_at
        from access_ticket
        where expires_at < @before
          and {NotStopped.Sql}
        limit 1
        """);

    private static readonly Statement DeleteTickets = new($"""
        delete from access_ticket
        where ticket_hash in (
          select ticket_hash
          from access_ticket
          where expires_at < @before
            and {NotStopped.Sql}
          order by expires_at
          limit @limit
        )
        """);
}
