using Microsoft.Extensions.Logging;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Realtime.Sessions;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>
/// Reads one tenant's log once for all its sessions on this node: the tail. It exists while somebody listens. The gate guards the position, the
/// audience and what each session follows; nothing is awaited under it. See the README.
/// </summary>
internal sealed partial class TenantFeed : IAsyncDisposable
{
    private const int BatchSize = 256;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Audience audience = new();
    private readonly RecentEvents recent = new();
    private readonly System.Collections.Concurrent.ConcurrentQueue<LiveSession> departures = new();
    private readonly SemaphoreSlim wake = new(0);
    private readonly CancellationTokenSource stop = new();
    private readonly TenantId tenant;
    private readonly FeedSources sources;
    private readonly Task running;
    private TenantVisibility? visibility;
    private long position;
    private long narrowedAt;
    private int woken;
    private int resourceReaders;
    private bool closed;

    public TenantFeed(TenantId tenant, FeedSources sources)
    {
        (this.tenant, this.sources) = (tenant, sources);
        Started = Start();
        running = Run();
    }

    public Task Started { get; }

    /// <summary>Nobody listened any more, or it could not start.</summary>
    public bool HasEnded => Volatile.Read(ref closed);

    /// <summary>A hint that the log has grown.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref woken, 1) == 0) wake.Release();
    }

    public void GrewTo(long last)
    {
        if (last > Volatile.Read(ref position)) Wake();
    }

    /// <summary>Adds a session that follows live from now on; the position after which it gets events. Null when this feed has ended: take a new one.</summary>
    public long? Join(LiveSession session, bool wantsAll)
    {
        lock (gate)
        {
            if (closed) return null;

            session.Subscriptions.Clear();
            if (wantsAll) session.Subscriptions.BeginWithAll(position);
            audience.Add(session);
            Follow(session, Following.Live);
            session.WentLive();
            return position;
        }
    }

    /// <summary>Takes the session out, soon. May be called from anywhere, also while events are delivered.</summary>
    public void Leave(LiveSession session)
    {
        departures.Enqueue(session);
        Wake();
    }

    public LiveSession[] Sessions()
    {
        lock (gate) return [.. audience.Sessions];
    }

    public async ValueTask DisposeAsync()
    {
        // Not disposed themselves: sessions that leave later still wake the feed, and neither holds anything but memory.
        await stop.CancelAsync();
        await running;
    }

    private async Task Start()
    {
        var extent = await sources.Log.Extent(tenant, stop.Token);
        position = extent.Last;
    }

    private async Task Run()
    {
        await Started.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!Started.IsCompletedSuccessfully)
        {
            // Whoever waits for the start gets the error and takes a new feed later.
            lock (gate) closed = true;
            return;
        }

        while (!stop.IsCancellationRequested)
        {
            try
            {
                Volatile.Write(ref woken, 0);
                RemoveDeparted();
                while (await ReadOn()) RemoveDeparted();
                if (!await wake.WaitAsync(sources.Options.PollInterval, stop.Token) && EndsForLackOfListeners()) return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The top of the loop: the position has not moved past what was delivered, so nothing is lost.
                Log.Failed(sources.Logger, failure, tenant.Value, position);
                await Task.Delay(RetryAfter, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Reads one batch and delivers it. True when there may be more.</summary>
    private async ValueTask<bool> ReadOn()
    {
        var after = position;
        await JudgeAnew(stop.Token);
        var page = await sources.Pages.Read(tenant, after, BatchSize, () => Volatile.Read(ref resourceReaders) > 0, stop.Token);
        if (page.Events.Count == 0) return false;

        Narrowed(page.NarrowedAt);
        if (page.Events[0].Position != after + 1) PassOver(after + 1, page.Events[0].Position - 1);
        foreach (var occurrence in page.Events)
        {
            lock (gate)
            {
                audience.Deliver(occurrence);
                recent.Add(occurrence);
                Volatile.Write(ref position, occurrence.Position);
            }
        }

        return page.Events.Count == BatchSize;
    }

    /// <summary>What is remembered was judged by what the tenant said then.</summary>
    private async ValueTask JudgeAnew(CancellationToken cancel)
    {
        var now = await sources.Pages.VisibilityOf(tenant, cancel);
        lock (gate)
        {
            if (ReferenceEquals(now, visibility)) return;
            visibility = now;
            recent.Clear();
        }
    }

    /// <summary>Nothing is served from memory that was read before something was narrowed, until the feed has passed that point.</summary>
    private void Narrowed(long at)
    {
        lock (gate) narrowedAt = Math.Max(narrowedAt, at);
    }

    /// <summary>Retention was faster than this reader (the process slept): all are told.</summary>
    private void PassOver(long from, long to)
    {
        lock (gate)
        {
            recent.Clear();
            Volatile.Write(ref position, to);
            foreach (var session in audience.Sessions) if (session.Following == Following.Live) session.TellGap(from, to);
        }

        Log.Gap(sources.Logger, tenant.Value, from, to);
    }

    private void RemoveDeparted()
    {
        while (departures.TryDequeue(out var session))
        {
            lock (gate)
            {
                audience.Remove(session);
                Follow(session, Following.Nothing);
            }
        }
    }

    /// <summary>Under the gate. Keeps count of the sessions for which the contents of resources must be read.</summary>
    private void Follow(LiveSession session, Following following)
    {
        session.Following = following;
        var reads = following != Following.Nothing && session.Subscriptions.WantsResources;
        if (reads != session.IsCountedAsReader) resourceReaders += reads ? 1 : -1;
        session.IsCountedAsReader = reads;
    }

    private bool EndsForLackOfListeners()
    {
        lock (gate)
        {
            closed = audience.Count == 0 && departures.IsEmpty;
            return closed;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Tenant {Tenant}: the live feed could not read on after {Position}; it tries again")]
        public static partial void Failed(ILogger logger, Exception failure, string tenant, long position);

        [LoggerMessage(2, LogLevel.Warning, "Tenant {Tenant}: events {From} to {To} were removed before they could be delivered")]
        public static partial void Gap(ILogger logger, string tenant, long from, long to);
    }
}
