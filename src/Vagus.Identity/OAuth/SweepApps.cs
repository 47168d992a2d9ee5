using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.OAuth;

/// <summary>
/// Removes what has no further use: ids of assertions that can no longer be shown, launches and codes some time after they ran out (a code
/// that comes again ends what it gave). What was given goes with its session.
/// </summary>
internal sealed class SweepApps(GroupCommit commit, TimeProvider clock)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan KeepCodes = TimeSpan.FromHours(24);

    // The sweep is the installation's, across tenants; this names its lane.
    private static readonly TenantId Installation = new("");

    public async Task DeleteExpired(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await Run(DeleteAssertions, [now.ToMicroseconds()], cancel);
        await Run(DeleteLaunches, [now.ToMicroseconds()], cancel);
        await Run(DeleteCodes, [(now - KeepCodes).ToMicroseconds()], cancel);
    }

    private async Task Run(Statement statement, object?[] values, CancellationToken cancel)
    {
        var outcome = await commit.Write<int>(
            Installation,
            async (write, token) => await write.Execute(statement, values, token),
            cancel);
        if (outcome.Refusal is { } refusal) throw new InvalidOperationException($"The sweep could not write: {refusal.Code}.");
    }

    private static readonly Statement DeleteAssertions = new($"""
        delete from access_app_assertion
        where expires_at < @before
          and app_id not in (
            select app_id
            from access_app
            where not {NotStopped.Sql})
        """);

    private static readonly Statement DeleteLaunches = Delete("access_app_launch");

    private static readonly Statement DeleteCodes = Delete("access_app_code");

    private static Statement Delete(string table) => new($"""
        delete from {table}
        where expires_at < @before
          and {NotStopped.Sql}
        """);
}
