using System.Data.Common;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SigningIn;

/// <summary>
/// Removes what has no further use: sealed successors after their ten seconds, refresh tokens and challenges after their expiry, sessions
/// a month after theirs. A spent token stays until it would have expired, so that its reuse is noticed as long as it could matter.
/// </summary>
internal sealed class SweepSessions(Database database, GroupCommit commit, TimeProvider clock)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan KeepSessions = TimeSpan.FromDays(30);
    private const long Batch = 500;

    // The sweep is the installation's, across tenants; this names its lane.
    private static readonly TenantId Installation = new("");

    public async Task ForgetSuccessors(CancellationToken cancel)
    {
        var before = (clock.GetUtcNow() - RotateRefreshToken.RetryWindow).ToMicroseconds();
        // Asked first on a reader: with nobody signing in there is nothing to write.
        var any = await database.QueryOne(AnySealed, [before], row => (long?)row.GetInt64(0), cancel);
        if (any is not null) await Run(Unseal, [before], cancel);
    }

    public async Task DeleteExpired(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        while (await Run(DeleteTokens, [now.ToMicroseconds(), Batch], cancel) == Batch) cancel.ThrowIfCancellationRequested();
        while (await Run(DeleteChallenges, [now.ToMicroseconds(), Batch], cancel) == Batch) cancel.ThrowIfCancellationRequested();
        while (await SweepOld((now - KeepSessions).ToMicroseconds(), cancel) == Batch) cancel.ThrowIfCancellationRequested();
    }

    /// <summary>Sessions with what applications were given in them. Both go in one write: no grant is left to be looked for.</summary>
    private async Task<long> SweepOld(long before, CancellationToken cancel)
    {
        var outcome = await commit.Write<long>(
            Installation,
            async (write, token) =>
            {
                var gone = await write.Query(DeleteSessions, [before, Batch], ToRow, token);
                foreach (var (tenant, session, _) in gone.Where(row => row.IsOfApp))
                    await write.Queue(DeleteGrant, [tenant, session], token);
                return gone.Count;
            },
            cancel);
        return Written(outcome);
    }

    private static (string Tenant, string Session, bool IsOfApp) ToRow(DbDataReader row) =>
        (row.GetString(0), row.GetString(1), !row.IsDBNull(2));

    private async Task<long> Run(Statement statement, object?[] values, CancellationToken cancel)
    {
        var outcome = await commit.Write<long>(
            Installation,
            async (write, token) => await write.Execute(statement, values, token),
            cancel);
        return Written(outcome);
    }

    private static long Written(Result<long> outcome) => outcome.Refusal is { } refusal
        ? throw new InvalidOperationException($"The sweep could not write: {refusal.Code}.") : outcome.Value;

    private static readonly Statement AnySealed = new($"""
        select used_at
        from access_refresh
        where successor_sealed is not null
          and used_at < @before
          and {NotStopped.Sql}
        limit 1
        """);

    private static readonly Statement Unseal = new($"""
        update access_refresh
        set successor_sealed = null
        where successor_sealed is not null
          and used_at < @before
          and {NotStopped.Sql}
        """);

    private static readonly Statement DeleteTokens = new($"""
        delete from access_refresh
        where (tenant_id, token_hash) in (
          select tenant_id, token_hash
          from access_refresh
          where expires_at < @before
            and {NotStopped.Sql}
          order by expires_at
          limit @limit
        )
        """);

    private static readonly Statement DeleteChallenges = new($"""
        delete from access_challenge
        where (tenant_id, challenge_hash) in (
          select tenant_id, challenge_hash
          from access_challenge
          where expires_at < @before
            and {NotStopped.Sql}
          order by expires_at
          limit @limit
        )
        """);

    private static readonly Statement DeleteSessions = new($"""
        delete from access_session
        where (tenant_id, session_id) in (
          select tenant_id, session_id
          from access_session
          where expires_at < @before
            and {NotStopped.Sql}
          order by expires_at
          limit @limit
        )
        returning tenant_id, session_id, app_id
        """);

    private static readonly Statement DeleteGrant = new("""
        delete from access_app_grant
        where tenant_id = @tenant_id
          and session_id = @session_id
        """);
}
