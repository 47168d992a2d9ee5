using Microsoft.Extensions.Logging;
using Vagus.Access.Audit;
using Vagus.Access.Files;
using Vagus.Access.KeyUpkeep;
using Vagus.Access.Tenants;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Erasing;

/// <summary>
/// Ends what a tenant keeps no longer. A thread is out of sight first, in one write; then its keys are destroyed, so that its texts are
/// unreadable in every copy and backup as well; then its rows and Communications are removed, some in a write. A process that ends in
/// between is gone on with. What a legal hold covers, or the retention of the keys still keeps, stays as it is.
/// </summary>
internal sealed partial class EraseThreads(
    Database database, DestroyKey keys, TenantSettings settings, MessagingPolicies policies, BeginErasing beginning, RemoveThread removing,
    ILogger<EraseThreads> logger) : LeasedDuty
{
    private const int AtOnce = 100;
    private const int BatchesInTurn = 20;

    public override string Name => "thread-retention";

    public override TimeSpan Interval => TimeSpan.FromMinutes(10);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        var unfinished = await database.Query(
            Erasing, [], row => (Tenant: new TenantId(row.GetString(0)), Id: row.GetString(1)), cancel);
        foreach (var tenant in unfinished.GroupBy(each => each.Tenant))
            await Try(tenant.Key, () => GoOn(tenant.Key, tenant.Select(each => each.Id), cancel), cancel);
        foreach (var tenant in await settings.TenantsWith(MessagingPolicy.Setting, cancel))
            await Try(tenant, () => Of(tenant, cancel), cancel);
    }

    private async ValueTask Try(TenantId tenant, Func<ValueTask> work, CancellationToken cancel)
    {
        try
        {
            await work();
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            // The top of one tenant's turn: it must not hold up the others, and comes again.
            Log.Failed(logger, tenant.Value, FailureName.Of(cause));
        }
    }

    private async ValueTask GoOn(TenantId tenant, IEnumerable<string> unfinished, CancellationToken cancel)
    {
        foreach (var threads in unfinished.Chunk(AtOnce)) await Erase(tenant, threads, cancel);
    }

    private async ValueTask Of(TenantId tenant, CancellationToken cancel)
    {
        foreach (var retention in (await policies.Of(tenant, cancel)).Retention.Ending) await Of(tenant, retention, cancel);
    }

    private async ValueTask Of(TenantId tenant, (string Kind, TimeSpan After) retention, CancellationToken cancel)
    {
        for (var batch = 0; batch < BatchesInTurn; batch++)
        {
            var (found, begun) = await beginning.Run(tenant, retention, AtOnce, cancel);
            await Erase(tenant, begun, cancel);
            if (found < AtOnce) return;
        }
    }

    private async ValueTask Erase(TenantId tenant, IReadOnlyList<string> threads, CancellationToken cancel)
    {
        if (threads.Count == 0) return;
        var destroyed = await keys.Destroy(
            AuditActor.Server, [.. threads.Select(id => ThreadSeals.ScopeOf(tenant, id))], cancel);
        var gone = new List<string>();
        foreach (var (id, answer) in threads.Zip(destroyed))
        {
            if (answer.Refusal is { Kind: not RefusalKind.NotFound } refusal)
            {
                Log.Kept(logger, tenant.Value, id, refusal.Code);
                await beginning.GiveBack(tenant, id, cancel);
            }
            else
            {
                gone.Add(id);
            }
        }

        await DestroyFiles(tenant, gone, cancel);
        foreach (var id in gone)
        {
            // One that is refused must not hold up the others; it is out of sight, and comes again.
            if (await removing.Run(tenant, id, cancel) is { } refused) Log.Left(logger, tenant.Value, id, refused.Code);
        }
    }

    /// <summary>Of a file whose key is kept, by its own retention, the content is removed all the same.</summary>
    private async ValueTask DestroyFiles(TenantId tenant, IReadOnlyList<string> threads, CancellationToken cancel)
    {
        var files = new List<KeyScope>();
        foreach (var id in threads)
            files.AddRange((await beginning.FilesOf(tenant, id, cancel)).Select(file => StoredFiles.ScopeOf(tenant, file)));
        if (files.Count > 0) await keys.Destroy(AuditActor.Server, files, cancel);
    }

    private static readonly Statement Erasing = new($"""
        select tenant_id, thread_id
        from messaging_thread
        where erasing_at is not null
          and {NotStopped.Sql}
        order by tenant_id, thread_id
        limit 10000
        """);

    private static partial class Log
    {
        [LoggerMessage(7308, LogLevel.Warning, "Tenant {Tenant}: thread {Thread} is kept after its retention ({Code})")]
        public static partial void Kept(ILogger logger, string tenant, string thread, string code);

        [LoggerMessage(7309, LogLevel.Error, "Tenant {Tenant}: rows of the erased thread {Thread} are left ({Code}); it is tried again")]
        public static partial void Left(ILogger logger, string tenant, string thread, string code);

        [LoggerMessage(7311, LogLevel.Error, "Tenant {Tenant}: threads could not be erased after their retention ({Cause}); it is tried again")]
        public static partial void Failed(ILogger logger, string tenant, string cause);
    }
}
