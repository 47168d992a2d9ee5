using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Access.Audit;

/// <summary>
/// Removes bundles of 256 entries that are all older than the configured years, but of no tenant with a legal hold. Their tiles stay, so
/// that what is left is still proved to be the rest of the same log; that they were removed is an entry of its own, in the same commit.
/// </summary>
internal sealed partial class AuditRetention(
    Database database, AuditLog log, GroupCommit commit, KeysPlace keys, AccessOptions options, TimeProvider clock,
    ILogger<AuditRetention> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    // Entries of one log for each turn: the commits of others wait for them.
    private const long BundlesAtOnce = 16;

    /// <summary>One turn: of each log at most <see cref="BundlesAtOnce"/> bundles.</summary>
    public async ValueTask Sweep(CancellationToken cancel)
    {
        var cutoff = clock.GetUtcNow().AddYears(-options.AuditYears).ToMicroseconds();
        var old = await database.Query(
            LogsFrom, [cutoff], row => (Tenant: new TenantId(row.GetString(0)), Oldest: row.GetInt64(1), Size: row.GetInt64(2)), cancel);
        foreach (var (tenant, oldest, size) in old)
        {
            var before = await EndOfOld(tenant, oldest, size, cutoff, cancel);
            // Asked last: what the audit tells of a matter stays for as long as anything of the tenant is held.
            if (before > oldest && !await IsHeld(tenant, cancel)) await Remove(tenant, before);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Recurring.Run(Interval, clock, Sweep, cause => Log.Failed(logger, FailureName.Of(cause)), stoppingToken);

    private async ValueTask<long> EndOfOld(TenantId tenant, long oldest, long size, long cutoff, CancellationToken cancel)
    {
        var before = oldest;
        for (var bundle = 0; bundle < BundlesAtOnce && before + AuditTiles.Width <= size; bundle++)
        {
            // Instants never decrease: the last entry of a bundle is its youngest.
            var last = await database.QueryOne(
                InstantOf, [tenant.Value, before + AuditTiles.Width - 1], row => (long?)row.GetInt64(0), cancel);
            if (last is null || last >= cutoff) break;
            before += AuditTiles.Width;
        }

        return before;
    }

    /// <summary>Whether anything of the tenant is under a legal hold: it lies beside the keys. The system log is of all tenants.</summary>
    private async ValueTask<bool> IsHeld(TenantId tenant, CancellationToken cancel) => await keys.Database.QueryOne(
        CountHolds, [tenant == AuditTrail.System ? null : tenant.Value], row => row.GetInt64(0), cancel) > 0;

    private async ValueTask Remove(TenantId tenant, long before)
    {
        log.RemoveWithNext(tenant, before);
        var entry = new AuditEntry(AuditActions.RemoveAudit)
        {
            Detail = string.Create(CultureInfo.InvariantCulture, $"before={before}"),
        };
        // A write, answered after its commit: an entry by itself may be acknowledged before the commit that removes.
        var written = await commit.Write<bool>(
            tenant,
            (write, _) =>
            {
                AuditTrail.Add(write, entry);
                return ValueTask.FromResult<Result<bool>>(true);
            },
            CancellationToken.None);
        log.HasRemoved(tenant);
        if (written.Refusal is { } refusal)
            throw new InvalidOperationException($"Old entries of the audit could not be removed: {refusal.Code}.");
        Log.Removed(logger, tenant.Value, before);
    }

    private static readonly Statement LogsFrom = new($"""
        select h.tenant_id, h.oldest, h.size
        from audit_head h
        join audit_entry e on e.tenant_id = h.tenant_id and e.idx = h.oldest
        where e.recorded_at < @cutoff
          and h.{NotStopped.Sql}
        order by h.tenant_id
        """);

    private static readonly Statement CountHolds = new("""
        select count(*)
        from legal_hold
        where tenant_id = coalesce(@tenant_id, tenant_id)
          and released_at is null
        """);

    private static readonly Statement InstantOf = new("""
        select recorded_at
        from audit_entry
        where tenant_id = @tenant_id
          and idx = @idx
        """);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Tenant {Tenant}: entries of the audit before {Index} were removed, for their time is over")]
        public static partial void Removed(ILogger logger, string tenant, long index);

        [LoggerMessage(2, LogLevel.Error, "Old entries of the audit could not be removed ({Cause}); they are tried again")]
        public static partial void Failed(ILogger logger, string cause);
    }
}
