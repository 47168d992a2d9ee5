using Vagus.Kernel;

namespace Vagus.Realtime.Feed;

/// <summary>
/// Pages of the log that the catch-ups of one feed read together: after a restart all its sessions ask for the same ones at about the same
/// time. A page begins at a multiple of its size and is read once. It is kept for <see cref="RealtimeOptions.PollInterval"/>, by which the
/// tail may be behind too, unless something is narrowed or the visibility changes before that.
/// </summary>
internal sealed class SharedPages(TenantId tenant, FeedSources sources, FeedState state)
{
    private const long MaxBytes = 4 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<long, Reading> readings = [];
    private readonly int size = sources.Options.CatchUpPage;
    private long bytes;

    /// <summary>
    /// The page that holds what follows on a position; null where it does not reach far enough to be shared.
    /// </summary>
    /// <param name="after">The position.</param>
    /// <param name="until">What comes behind this need not be there.</param>
    /// <param name="stop">Ends the reading, for all who wait for it.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async ValueTask<JudgedPage?> Find(long after, long until, CancellationToken stop, CancellationToken cancel)
    {
        var before = after - (after % size);
        JudgedPage page;
        try
        {
            page = await ReadingOf(before, stop).Page.WaitAsync(cancel);
        }
        catch (Exception) when (!cancel.IsCancellationRequested)
        {
            // A failed reading is not kept: all who waited for it share the next one, and not each its own.
            page = await ReadingOf(before, stop).Page.WaitAsync(cancel);
        }

        return page.Reaches(Math.Min(until, page.Before + size)) ? page : null;
    }

    /// <summary>Completes when nothing is read any more.</summary>
    public async Task Ended()
    {
        Task[] pages;
        lock (gate) pages = [.. readings.Values.Select(reading => reading.Page)];
        await Task.WhenAll(pages).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Frees the pages that may not be given any more; called from time to time.</summary>
    public void DropOld()
    {
        lock (gate)
        {
            foreach (var (at, old) in readings.Where(each => !IsGood(each.Value)).ToArray()) Drop(at, old);
        }
    }

    private Reading ReadingOf(long before, CancellationToken stop)
    {
        lock (gate)
        {
            DropOld();
            if (readings.TryGetValue(before, out var known)) return known;

            var reading = new Reading(sources.Clock.GetTimestamp());
            readings.Add(before, reading);
            reading.Page = Read(before, reading, stop);
            return reading;
        }
    }

    private async Task<JudgedPage> Read(long before, Reading reading, CancellationToken stop)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        JudgedPage? page = null;
        try
        {
            // What was narrowed by now is known to the reading that follows.
            var judgedAt = state.KnownNarrowedAt();
            var read = await sources.Pages.Read(
                tenant, before, size, () => new PageWants(state.WantsResources, state.Searches.Types), stop);
            state.Narrowed(read.NarrowedAt);
            sources.Metrics.PageRead();
            return page = new JudgedPage(before, read.Events, Math.Max(judgedAt, read.NarrowedAt));
        }
        finally
        {
            Keep(before, reading, page);
        }
    }

    /// <summary>The page is kept if it is whole: of any other the log may have more by now.</summary>
    private void Keep(long before, Reading reading, JudgedPage? page)
    {
        lock (gate)
        {
            if (!readings.TryGetValue(before, out var current) || current != reading) return;

            if (page?.Reaches(before + size) != true)
            {
                Drop(before, reading);
                return;
            }

            (reading.Read, reading.Bytes) = (page, page.Events.Sum(@event => @event.Size));
            bytes += reading.Bytes;
            foreach (var (at, old) in readings.Where(each => each.Value.Read is not null).OrderBy(each => each.Value.BegunAt).ToArray())
            {
                if (bytes <= MaxBytes) break;
                Drop(at, old);
            }
        }
    }

    private bool IsGood(Reading reading) =>
        sources.Clock.GetElapsedTime(reading.BegunAt) < sources.Options.PollInterval
        && (reading.Read is not { } page || state.IsJudged(page));

    private void Drop(long before, Reading reading)
    {
        readings.Remove(before);
        bytes -= reading.Bytes;
    }

    private sealed class Reading(long begunAt)
    {
        public long BegunAt => begunAt;

        public Task<JudgedPage> Page { get; set; } = null!;

        /// <summary>Set while it is kept.</summary>
        public JudgedPage? Read { get; set; }

        public long Bytes { get; set; }
    }
}

/// <summary>Events of the log, and up to where it was known what is narrowed when they were judged.</summary>
/// <param name="Before">The position before the page.</param>
/// <param name="Events">What the log has behind it.</param>
/// <param name="JudgedAt">See <see cref="FeedState.NarrowedAt"/>.</param>
internal sealed record JudgedPage(long Before, IReadOnlyList<FeedEvent> Events, long JudgedAt)
{
    public bool Reaches(long position) => Events.Count > 0 && Events[^1].Position >= position;
}
