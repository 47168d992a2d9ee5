using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;

namespace Vagus.Storage.Writing.Journal;

/// <summary>
/// Puts into the logs what processes that ended, by a power cut for example, have left in their journals: before this one serves, and
/// now and then, for another process on the same file may end while this one lives.
/// </summary>
internal sealed partial class AdoptJournals(GroupCommit commit, JournalFolder folder, ILogger<AdoptJournals> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    // The lane needs a tenant; the marks are no tenant's.
    private static readonly TenantId JournalTenant = new("_journal");
    private readonly List<EndedJournal> adopted = [];

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (commit.Unfolded is null) return;
        await Adopt(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>The same once, for a process that does not serve.</summary>
    public ValueTask Now(CancellationToken cancel) => commit.Unfolded is null ? ValueTask.CompletedTask : Adopt(cancel);

    public override void Dispose()
    {
        foreach (var journal in adopted) journal.Dispose();
        base.Dispose();
    }

    // Not the injected clock: other processes end in real time.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Recurring.Run(Interval, TimeProvider.System, Adopt, cause => Log.Failed(logger, FailureName.Of(cause)), stoppingToken);

    private async ValueTask Adopt(CancellationToken cancel)
    {
        foreach (var ended in folder.Ended()) await Take(ended, cancel);
        await commit.Fold(triesHeldBack: true);
        if (await Marks(cancel) is not { } marks) return;
        foreach (var journal in adopted.Where(journal => Missing(journal, marks).Count == 0).ToList())
        {
            journal.Delete();
            journal.Dispose();
            adopted.Remove(journal);
        }

        await RemoveMarks(marks.Keys.Select(mark => mark.Journal), cancel);
    }

    private async ValueTask Take(EndedJournal ended, CancellationToken cancel)
    {
        if (await Marks(cancel) is not { } marks)
        {
            ended.Dispose();
            return;
        }

        var missing = Missing(ended, marks);
        adopted.Add(ended);
        commit.Unfolded!.Add(missing);
        if (missing.Count > 0) Log.Adopted(logger, missing.Count);
    }

    private static List<UnfoldedLeaf> Missing(EndedJournal journal, Dictionary<(string, TenantId), long> marks) =>
        [.. journal.Read()
            .Where(record => record.Number > marks.GetValueOrDefault((journal.Name, record.Tenant)))
            .Select(record => new UnfoldedLeaf(journal.Name, record, Segment: null))];

    /// <summary>Read by the writer: no reader's snapshot, which may be a moment old. Null where the database takes no write.</summary>
    private async ValueTask<Dictionary<(string Journal, TenantId Tenant), long>?> Marks(CancellationToken cancel)
    {
        var read = await commit.Write<Dictionary<(string, TenantId), long>>(
            JournalTenant, async (write, stop) => await JournalMarks.Read(write, stop), cancel);
        return read.IsRefused ? null : read.Value;
    }

    // The files go first: marks without files say nothing, files without marks would be folded again.
    private async ValueTask RemoveMarks(IEnumerable<string> marked, CancellationToken cancel)
    {
        var names = folder.Names();
        foreach (var journal in marked.Distinct().Where(journal => !names.Contains(journal)).ToList())
            await commit.Write<int>(JournalTenant, async (write, stop) => await JournalMarks.Remove(write, journal, stop), cancel);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Count} leaves of a process that did not stop in order are put into their logs")]
        public static partial void Adopted(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Error, "Journals of processes that ended cannot be read ({Cause}); trying again")]
        public static partial void Failed(ILogger logger, string cause);
    }
}
