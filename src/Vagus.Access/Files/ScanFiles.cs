using Microsoft.Extensions.Logging;
using Vagus.Access.Audit;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Access.Files;

/// <summary>
/// Asks the scanner about files that were not scanned yet. While it cannot be asked they are held, and asked about again.
/// </summary>
internal sealed partial class ScanFiles(
    Database database, GroupCommit commit, StoredFiles files, Clamd clamd, IEnumerable<IHearQuarantine> rooms, TimeProvider clock,
    ILogger<ScanFiles> logger) : LeasedDuty
{
    private const int FoundAtOnce = 20;
    private const int ScannedAtOnce = 4;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private bool isSilent;

    public override string Name => "file-scans";

    public override TimeSpan Interval => TimeSpan.FromSeconds(1);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        var due = await database.Query(Due, [clock.GetUtcNow().ToMicroseconds(), (long)FoundAtOnce], StoredFiles.FileOf, cancel);
        var unknown = 0;
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = ScannedAtOnce, CancellationToken = cancel }, Scan);
        if (due.Count > 0) Tell(isWithoutVerdict: unknown > 0);

        async ValueTask Scan(StoredFile file, CancellationToken token)
        {
            if (await IsDecided(file, token)) return;
            Interlocked.Increment(ref unknown);
            await Postpone(file, token);
        }
    }

    /// <summary>A content that cannot be read is not clean. Neither it nor a fault in a room stops the scans of others.</summary>
    private async ValueTask<bool> IsDecided(StoredFile file, CancellationToken cancel)
    {
        try
        {
            var verdict = await Ask(file, cancel);
            if (verdict == ClamdVerdict.Unknown) return false;
            return !(await Decide(file, verdict == ClamdVerdict.Clean ? FileScan.Clean : FileScan.Quarantined, cancel)).IsRefused;
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            Log.Unreadable(logger, file.Tenant.Value, file.Id, FailureName.Of(cause));
            return false;
        }
    }

    /// <summary>Once when the scanner begins to give no verdict, and once when it does again.</summary>
    private void Tell(bool isWithoutVerdict)
    {
        if (isWithoutVerdict && !isSilent) Log.Held(logger);
        if (!isWithoutVerdict && isSilent) Log.Recovered(logger);
        isSilent = isWithoutVerdict;
    }

    private async ValueTask<ClamdVerdict> Ask(StoredFile file, CancellationToken cancel)
    {
        var content = await files.Open(file, cancel);
        if (content.IsRefused) return ClamdVerdict.Unknown;
        await using var stream = content.Value;
        return await clamd.Scan(stream, cancel);
    }

    /// <summary>The longer it has waited the later: what the scanner never takes is not sent to it twice a minute for good.</summary>
    private ValueTask<Result<int>> Postpone(StoredFile file, CancellationToken cancel) => commit.Write<int>(
        file.Tenant,
        async (write, token) => await write.Execute(
            Later,
            [
                write.At.ToMicroseconds(), (long)ShortestPause.TotalMicroseconds, (long)LongestPause.TotalMicroseconds, file.Tenant.Value,
                file.Id,
            ],
            token),
        cancel);

    private ValueTask<Result<bool>> Decide(StoredFile file, FileScan scan, CancellationToken cancel) => commit.Write<bool>(
        file.Tenant,
        async (write, token) =>
        {
            if (await write.Execute(SetState, [FileAnswer.NameOf(scan), file.Tenant.Value, file.Id], token) == 0) return false;
            if (scan != FileScan.Quarantined) return true;
            AuditTrail.Add(write, AuditActor.Server.Entry(AuditActions.QuarantineFile) with
            {
                On = $"File/{file.Id}", Patients = file.Patient is { } patient ? [patient] : [],
            });
            // As it stands in this write: it may have been bound since it was found due.
            if (await StoredFiles.Find(write, file.Id, token) is not { } now) return true;
            foreach (var room in rooms) await room.Hear(write, now, token);
            return true;
        },
        cancel);

    private static readonly Statement Due = new($"""
        select {StoredFiles.Columns}
        from access_file
        where state = 'pending'
          and scan_after <= @now
          and {NotStopped.Sql}
        order by scan_after
        limit @at_once
        """);

    private static readonly Statement Later = new("""
        update access_file
        set scan_after = @at + case
          when (@at - created_at) / 4 < @again then @again
          when (@at - created_at) / 4 > @most then @most
          else (@at - created_at) / 4 end
        where tenant_id = @tenant_id
          and file_id = @file_id
        """);

    private static readonly Statement SetState = new("""
        update access_file
        set state = @state
        where tenant_id = @tenant_id
          and file_id = @file_id
          and state = 'pending'
        """);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The scanner gives no verdict on a file: files are held and asked about again")]
        public static partial void Held(ILogger logger);

        [LoggerMessage(3, LogLevel.Warning, "File {File} of tenant {Tenant} cannot be scanned, or its verdict not be kept: {Cause}")]
        public static partial void Unreadable(ILogger logger, string tenant, string file, string cause);

        [LoggerMessage(2, LogLevel.Information, "The scanner gives verdicts again")]
        public static partial void Recovered(ILogger logger);
    }
}
