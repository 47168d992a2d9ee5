using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Vagus.Access.Audit.Checkpoints;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Access.Audit.Anchors;

/// <summary>
/// One round over all logs: the newest checkpoint of each is kept if it goes on from the one kept before, and put into every sink that does
/// not have it; older ones that are not kept are dropped after an hour.
/// </summary>
internal sealed partial class AnchorRound(
    Database database, GroupCommit commit, CheckpointKeys keys, AnchorSinks sinks, AuditTools tools)
{
    private static readonly TimeSpan Passing = TimeSpan.FromHours(1);

    /// <summary>False where a sink did not take everything.</summary>
    public async Task<bool> Run(CancellationToken cancel)
    {
        foreach (var newest in await database.Query(Newest, [], Map, cancel)) await Keep(newest, cancel);
        var complete = true;
        foreach (var sink in sinks.All) complete &= await Fill(sink, cancel);
        return complete;
    }

    private async ValueTask Keep(Checkpoint newest, CancellationToken cancel)
    {
        if (!await GoesOn(newest, cancel))
        {
            // Neither kept nor anchored: the age of its anchors and the figure tell it from now on.
            tools.Meter.FoundInconsistent();
            Log.Inconsistent(tools.Logger, newest.Tenant.Value, newest.Size);
            return;
        }

        await Write(
            newest.Tenant,
            async (write, stop) =>
            {
                var before = (write.At - Passing).ToMicroseconds();
                await write.Queue(MarkKept, [newest.Tenant.Value, newest.Size], stop);
                await write.Queue(Drop, [newest.Tenant.Value, before], stop);
            },
            cancel);
    }

    private async ValueTask<bool> GoesOn(Checkpoint newest, CancellationToken cancel)
    {
        var tree = new AuditTree(database, newest.Tenant, cancel);
        if (!await HasRoot(tree, newest)) return false;
        var kept = await database.QueryOne(LastKept, [newest.Tenant.Value, newest.Size], Map, cancel);
        return kept is null || await HasRoot(tree, kept);
    }

    private static async ValueTask<bool> HasRoot(AuditTree tree, Checkpoint checkpoint)
    {
        try
        {
            return (await tree.Root(checkpoint.Size)).AsSpan().SequenceEqual(CheckpointText.RootOf(checkpoint.Note));
        }
        catch (ArgumentOutOfRangeException)
        {
            // A tile is shorter than its log, or rows of the last bundle are gone.
            return false;
        }
    }

    private async ValueTask<bool> Fill(IAnchorSink sink, CancellationToken cancel)
    {
        var began = tools.Clock.GetTimestamp();
        try
        {
            foreach (var key in await keys.Published(cancel))
                await sink.Add($"_keys/{key.Split('+')[1]}.vkey", CheckpointText.Bytes(key + "\n"), cancel);
            foreach (var due in await database.Query(Due, [sink.Name], Map, cancel)) await Anchor(sink, due, cancel);
            tools.Meter.Complete(sink.Name, began);
            return true;
        }
        catch (Exception cause) when (cause is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            // The top of this sink's round: the server goes on without it, and the next round tries again.
            tools.Meter.Failed(sink.Name);
            Log.Failed(tools.Logger, sink.Name, FailureName.Of(cause));
            return false;
        }
    }

    private async ValueTask Anchor(IAnchorSink sink, Checkpoint due, CancellationToken cancel)
    {
        await sink.Add(NameOf(due), CheckpointText.Bytes(due.Note), cancel);
        tools.Meter.Anchored(sink.Name);
        await Write(
            due.Tenant,
            async (write, stop) => await write.Queue(
                Record, [due.Tenant.Value, sink.Name, due.Size, write.At.ToMicroseconds()], stop),
            cancel);
    }

    // The sizes sort as texts; the instant tells the verifier by when the entries were there.
    private static string NameOf(Checkpoint due) => string.Create(
        CultureInfo.InvariantCulture, $"{due.Tenant.Value}/{due.Size:D14}-{Instant.FromMicroseconds(due.SignedAt):yyyyMMdd'T'HHmmss'Z'}.note");

    private async ValueTask Write(TenantId tenant, Func<WriteTransaction, CancellationToken, ValueTask> work, CancellationToken cancel)
    {
        var written = await commit.Write<bool>(
            tenant,
            async (write, stop) =>
            {
                await work(write, stop);
                return true;
            },
            cancel);
        if (written.Refusal is { } refusal) throw new InvalidOperationException($"An anchor could not be recorded: {refusal.Code}.");
    }

    private static Checkpoint Map(DbDataReader row) =>
        new(new TenantId(row.GetString(0)), row.GetInt64(1), row.GetInt64(2), row.GetString(3));

    private sealed record Checkpoint(TenantId Tenant, long Size, long SignedAt, string Note);

    private static readonly Statement Newest = new($"""
        select c.tenant_id, c.size, c.signed_at, c.note
        from audit_head h
        join audit_checkpoint c on c.tenant_id = h.tenant_id
        where c.size = (select max(m.size) from audit_checkpoint m where m.tenant_id = h.tenant_id)
          and not c.kept
          and h.{NotStopped.Sql}
        order by c.tenant_id
        """);

    private static readonly Statement LastKept = new("""
        select tenant_id, size, signed_at, note
        from audit_checkpoint
        where tenant_id = @tenant_id
          and size < @size
          and kept
        order by size desc
        limit 1
        """);

    private static readonly Statement Due = new($"""
        select c.tenant_id, c.size, c.signed_at, c.note
        from audit_head h
        join audit_checkpoint c on c.tenant_id = h.tenant_id
        where c.size = (select max(m.size) from audit_checkpoint m where m.tenant_id = h.tenant_id and m.kept)
          and c.kept
          and h.{NotStopped.Sql}
          and c.size > coalesce((select a.size from audit_anchor a where a.tenant_id = h.tenant_id and a.sink = @sink), 0)
        order by c.tenant_id, c.signed_at
        """);

    private static readonly Statement MarkKept = new("""
        update audit_checkpoint
        set kept = true
        where tenant_id = @tenant_id
          and size = @size
        """);

    private static readonly Statement Drop = new("""
        delete from audit_checkpoint
        where tenant_id = @tenant_id
          and signed_at < @before
          and not kept
        """);

    private static readonly Statement Record = new("""
        insert into audit_anchor (tenant_id, sink, size, anchored_at)
        values (@tenant_id, @sink, @size, @anchored_at)
        on conflict (tenant_id, sink) do update
        set size = excluded.size, anchored_at = excluded.anchored_at
        """);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The audit could not be anchored in {Sink} ({Cause}); it is tried again")]
        public static partial void Failed(ILogger logger, string sink, string cause);

        [LoggerMessage(2, LogLevel.Critical,
            "The audit of {Tenant} at size {Size} does not go on from what was signed before and is not anchored: run vagus audit verify")]
        public static partial void Inconsistent(ILogger logger, string tenant, long size);
    }
}

/// <summary>What a round needs besides the data.</summary>
internal sealed record AuditTools(AuditMeter Meter, TimeProvider Clock, ILogger<AnchorRound> Logger);
