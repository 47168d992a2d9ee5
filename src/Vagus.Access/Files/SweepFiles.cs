using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Backups;
using Vagus.Storage.Consuming;
using Vagus.Storage.Files;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Access.Files;

/// <summary>
/// Removes what belongs to nothing: attachments that no message took, blobs without a row, parts of uploads that a killed process left.
/// Two installations may share a store, also a server and one on a copy of its database: what is another's stays
/// (<see cref="StoreOwner"/>).
/// </summary>
internal sealed class SweepFiles(
    Database database, GroupCommit commit, IBlobStore blobs, StoreOwner owner, FilesOptions options, TimeProvider clock) : LeasedDuty
{
    private const int AtOnce = 200;
    private const int MostOrphans = 100_000;

    // Longer than an upload waits for its row. Counted from the turn that found the blob without one: S3 tells the moment at which an
    // upload in parts began, which may be long before its blob was there.
    private static readonly TimeSpan OrphanAfter = TimeSpan.FromHours(1);

    private Dictionary<BlobName, DateTimeOffset> orphans = [];

    public override string Name => "file-sweep";

    public override TimeSpan Interval => TimeSpan.FromMinutes(10);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        if (!await owner.MaySweep(cancel)) return;
        await RemoveUnbound(cancel);
        await RemoveOrphans(cancel);
        await blobs.RemoveUnfinished(clock.GetUtcNow(), cancel);
    }

    private async ValueTask RemoveUnbound(CancellationToken cancel)
    {
        var before = (clock.GetUtcNow() - options.UnboundFor).ToMicroseconds();
        var unbound = await database.Query(
            Unbound, [FileStore.MessageAttachments.Name, before, (long)AtOnce], StoredFiles.FileOf, cancel);
        foreach (var file in unbound)
        {
            var removed = await commit.Write<bool>(file.Tenant, (write, token) => RemoveRow(write, file, token), cancel);
            if (removed is { IsRefused: false, Value: true }) await blobs.Delete(new BlobName(file.Tenant, file.Id), cancel);
        }
    }

    private static async ValueTask<Result<bool>> RemoveRow(WriteTransaction write, StoredFile file, CancellationToken cancel)
    {
        if (await write.Execute(DeleteUnbound, [file.Tenant.Value, file.Id], cancel) == 0) return false;
        await FileQuota.Add(write, -file.Size, cancel);
        AuditTrail.Add(write, AuditActor.Server.Entry(AuditActions.RemoveFile) with
        {
            On = $"File/{file.Id}", Patients = file.Patient is { } patient ? [patient] : [],
        });
        return true;
    }

    private async ValueTask RemoveOrphans(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var (before, since, found) = (now - OrphanAfter, orphans, new Dictionary<BlobName, DateTimeOffset>());
        await foreach (var blob in blobs.List(cancel))
        {
            if (blob.WrittenAt >= before) continue;
            var (tenant, id) = (blob.Name.Tenant.Value, blob.Name.Id);
            if (!await database.QueryOne(IsOrphan, [tenant, id], row => row.GetBoolean(0), cancel)) continue;
            var first = since.GetValueOrDefault(blob.Name, now);
            if (first <= before) await blobs.Delete(blob.Name, cancel);
            else if (found.Count < MostOrphans) found[blob.Name] = first;
        }

        orphans = found;
    }

    private static readonly Statement Unbound = new($"""
        select {StoredFiles.Columns}
        from access_file
        where bound_to is null
          and store = @store
          and created_at < @before
          and {NotStopped.Sql}
        order by created_at
        limit @at_once
        """);

    private static readonly Statement DeleteUnbound = new("""
        delete from access_file
        where tenant_id = @tenant_id
          and file_id = @file_id
          and bound_to is null
        """);

    /// <summary>Of an organization that this installation serves: what others serve, or is moved to them, is theirs to sweep.</summary>
    private static readonly Statement IsOrphan = new("""
        select exists (select 1 from access_tenant where tenant_id = @tenant_id)
          and not exists (select 1 from tenant_stop where tenant_id = @tenant_id)
          and not exists (select 1 from access_file where tenant_id = @tenant_id and file_id = @file_id)
        """);
}
