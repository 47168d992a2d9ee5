using System.Data.Common;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Access.Audit.Checkpoints;

/// <summary>Signs the heads of the logs. Two nodes that do it at once leave two good checkpoints.</summary>
public sealed partial class SignCheckpoints
{
    private readonly Database database;
    private readonly GroupCommit commit;
    private readonly CheckpointKeys keys;
    private readonly AuditMeter meter;
    private readonly ILogger<SignCheckpoints> logger;

    internal SignCheckpoints(
        Database database, GroupCommit commit, CheckpointKeys keys, AuditMeter meter, ILogger<SignCheckpoints> logger) =>
        (this.database, this.commit, this.keys, this.meter, this.logger) = (database, commit, keys, meter, logger);

    /// <summary>Signs the head of each log that has grown since its last checkpoint. Answers how many.</summary>
    public async ValueTask<int> SignGrown(CancellationToken cancel)
    {
        var key = await keys.Active(cancel);
        var grown = await database.Query(Grown, [], Map, cancel);
        var signed = await Task.WhenAll(grown.Select(head => Sign(head, key, bridgeTo: null, cancel)));
        meter.Signed(signed.Count(done => done));
        return signed.Count(done => done);
    }

    /// <summary>
    /// Makes a new key. In each log a checkpoint with the signatures of both and the new public key bridges from one to the other: a
    /// verifier that knows the old key learns the new one from it.
    /// </summary>
    public async ValueTask<Result<string>> RotateKey(CancellationToken cancel)
    {
        var (old, next) = (await keys.Active(cancel), CheckpointKey.Create());
        var heads = await database.Query(AllHeads, [], Map, cancel);
        await Task.WhenAll(heads.Select(head => Sign(head, old, bridgeTo: next, cancel)));
        if (await keys.Replace(old, next, cancel)) return next.Id;
        return new Refusal(RefusalKind.Conflict, "key_changed", "Another rotation was faster.");
    }

    private async Task<bool> Sign(Head head, CheckpointKey key, CheckpointKey? bridgeTo, CancellationToken cancel)
    {
        if (RootOf(head) is not { } root) return false;
        var text = CheckpointText.Of(head.Tenant, head.Size, root, bridgeTo);
        var note = bridgeTo is null ? CheckpointText.Sign(text, key) : CheckpointText.Sign(text, key, bridgeTo);
        var isBridge = bridgeTo is not null;
        var written = await commit.Write<int>(
            head.Tenant,
            async (write, stop) => await write.Execute(
                Add, [head.Tenant.Value, head.Size, (bridgeTo ?? key).Id, write.At.ToMicroseconds(), note, isBridge], stop),
            cancel);
        return written.Refusal is { } refusal
            ? throw new InvalidOperationException($"A checkpoint could not be written: {refusal.Code}.")
            : written.Value > 0;
    }

    // One log whose head was changed by another hand does not keep the others from being signed.
    private byte[]? RootOf(Head head)
    {
        try
        {
            return new CompactRange(head.Size, head.Frontier).Root();
        }
        catch (InvalidOperationException)
        {
            meter.FoundInconsistent();
            Log.Unfit(logger, head.Tenant.Value);
            return null;
        }
    }

    private static Head Map(DbDataReader row) => new(new TenantId(row.GetString(0)), row.GetInt64(1), (byte[])row.GetValue(2));

    private sealed record Head(TenantId Tenant, long Size, byte[] Frontier);

    private static readonly Statement Grown = new($"""
        select h.tenant_id, h.size, h.frontier
        from audit_head h
        where h.size > coalesce((select max(c.size) from audit_checkpoint c where c.tenant_id = h.tenant_id), 0)
          and h.{NotStopped.Sql}
        order by h.tenant_id
        """);

    private static readonly Statement AllHeads = new("""
        select tenant_id, size, frontier
        from audit_head
        where size > 0
        order by tenant_id
        """);

    // A bridge is kept from the beginning.
    private static readonly Statement Add = new("""
        insert into audit_checkpoint (tenant_id, size, key_id, signed_at, note, bridge, kept)
        values (@tenant_id, @size, @key_id, @signed_at, @note, @bridge, @bridge)
        on conflict do nothing
        """);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical, "The head of the audit of {Tenant} does not fit its size and is not signed: run vagus audit verify")]
        public static partial void Unfit(ILogger logger, string tenant);
    }
}
