using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Storage.Consuming;

/// <summary>A consumer that reads no log any more.</summary>
/// <param name="Consumer">Its name.</param>
/// <param name="Tenants">How many tenants' logs it had read from.</param>
public sealed record ForgottenConsumer(string Consumer, long Tenants);

/// <summary>
/// Takes away what a consumer that was removed has left behind: its lease and its cursors, which hold retention back. One that a process of
/// this release or a living node has, or whose parked events nobody has decided, stays: it would read every log again from its beginning.
/// </summary>
public sealed class ForgetConsumer
{
    private static readonly TenantId Installation = new("");
    private readonly GroupCommit commit;
    private readonly Leases leases;
    private readonly ConsumerOptions options;
    private readonly TimeProvider clock;
    private readonly HashSet<string> installed;

    internal ForgetConsumer(
        GroupCommit commit, Leases leases, IEnumerable<string> installed, ConsumerOptions options, TimeProvider clock)
    {
        (this.commit, this.leases, this.options, this.clock) = (commit, leases, options, clock);
        this.installed = installed.ToHashSet(StringComparer.Ordinal);
    }

    public async ValueTask<Result<ForgottenConsumer>> Run(string consumer, CancellationToken cancel)
    {
        if (installed.Contains(consumer)) return Installed;
        var seen = await Find(consumer, cancel);
        var last = seen;
        // Longer than a lease: a node that lives has beaten meanwhile, or taken what was free.
        for (var begun = clock.GetTimestamp(); clock.GetElapsedTime(begun) <= options.Lease + options.Beat;)
        {
            await Task.Delay(options.Beat, clock, cancel);
            last = await Find(consumer, cancel);
        }

        if (last?.Epoch != seen?.Epoch || (last is not null && !leases.IsFree(last))) return Runs;
        return await commit.Write<ForgottenConsumer>(Installation, (write, stop) => Forget(write, consumer, last, stop), cancel);
    }

    private async ValueTask<LeaseRow?> Find(string consumer, CancellationToken cancel) =>
        (await leases.Read([], cancel)).Find(row => row.Consumer == consumer);

    private static async ValueTask<Result<ForgottenConsumer>> Forget(
        WriteTransaction write, string consumer, LeaseRow? row, CancellationToken cancel)
    {
        if (row is not null && await write.Execute(RemoveLease, [consumer, row.Epoch], cancel) != 1) return Runs;
        if (await write.QueryOne(CountParked, [consumer], found => found.GetInt64(0), cancel) > 0) return Parked;
        var cursors = await write.Execute(RemoveCursors, [consumer], cancel);
        return row is null && cursors == 0 ? Unknown : new ForgottenConsumer(consumer, cursors);
    }

    private static readonly Refusal Installed = new(
        RefusalKind.Conflict, "consumer_installed", "It belongs to this release: a server would read every log again from its beginning.");

    private static readonly Refusal Runs = new(RefusalKind.Conflict, "consumer_runs", "A server that lives has it. Stop that one first.");

    private static readonly Refusal Parked = new(
        RefusalKind.Conflict, "events_parked", "It has parked events. Drop each that it does not need any more.");

    private static readonly Refusal Unknown = new(RefusalKind.NotFound, "no_consumer", "There is no such consumer.");

    private static readonly Statement RemoveLease = new("""
        delete from consumer_lease
        where consumer = @consumer
          and epoch = @epoch
        """);

    private static readonly Statement CountParked = new("""
        select count(*)
        from parked_event
        where consumer = @consumer
        """);

    private static readonly Statement RemoveCursors = new("""
        delete from log_cursor
        where consumer = @consumer
        """);
}
