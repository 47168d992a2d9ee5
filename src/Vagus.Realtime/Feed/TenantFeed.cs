using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>
/// Reads one tenant's log once for all its sessions on this node: the tail. It exists while somebody listens. Who listens and where each
/// stands is in <see cref="Membership"/>. See the README.
/// </summary>
internal sealed partial class TenantFeed : IAsyncDisposable
{
    private const int BatchSize = 256;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<Follower> departures = new();
    private readonly SemaphoreSlim wake = new(0);
    private readonly CancellationTokenSource stop = new();
    private readonly TenantId tenant;
    private readonly FeedSources sources;
    private readonly FeedState state;
    private readonly Membership members;
    private readonly SharedPages shared;
    private readonly CatchUps catchUps;
    private readonly Task running;
    private long positionsToldAt;
    private int woken;

    public TenantFeed(TenantId tenant, FeedSources sources)
    {
        (this.tenant, this.sources) = (tenant, sources);
        state = new FeedState(cancel => sources.Log.Extent(tenant, cancel));
        var positions = new Positions(state, sources.Options, sources.Metrics, sources.Clock);
        var steps = new CatchUpSteps(state, positions);
        members = new Membership(state, positions, steps, sources.Options, follower => catchUps!.Start(follower));
        shared = new SharedPages(tenant, sources, state);
        catchUps = new CatchUps(tenant, steps, shared, sources, members.Judge);
        Started = Start();
        running = Run();
    }

    public Task Started { get; }

    /// <summary>The last position that was read.</summary>
    public long Position => state.Position;

    /// <summary>Nobody listened any more, or it could not start.</summary>
    public bool HasEnded => members.IsClosed;

    public LiveConnection[] Sessions => members.Sessions();

    /// <summary>How many sessions are live and how many are catching up.</summary>
    public (int Live, int CatchingUp) Count => members.Count();

    /// <summary>A hint that the log has grown.</summary>
    public void GrewTo(long last)
    {
        if (last > Position) Wake();
    }

    /// <summary>
    /// What of the log can be read. From here on nothing is delivered that was judged without knowing what is narrowed by now.
    /// </summary>
    public ValueTask<LogExtent> Extent(CancellationToken cancel) => state.Extent(cancel);

    /// <summary>
    /// Lets a session in until its connection is gone; <see cref="Begin"/> leads it on. Null when the feed has ended: take a new one.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="entry">Where it begins.</param>
    /// <param name="greet">Called with that place before the session is told anything else.</param>
    public Follower? Enter(LiveConnection session, Entry entry, Action<long>? greet)
    {
        if (members.Enter(session, entry, greet) is not { } follower) return null;

        session.Gone.UnsafeRegister(_ => Leave(follower), null);
        return follower;
    }

    public void Begin(Follower follower) => members.Begin(follower);

    public async ValueTask DisposeAsync()
    {
        // Not disposed themselves: sessions that leave later still wake the feed, and neither owns a handle of the system.
        await stop.CancelAsync();
        await running;
        await catchUps.DisposeAsync();
    }

    /// <summary>Takes the session out, soon. May be called from anywhere, also while events are delivered.</summary>
    private void Leave(Follower follower)
    {
        departures.Enqueue(follower);
        Wake();
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref woken, 1) == 0) wake.Release();
    }

    private async Task Start() => state.MoveTo((await Extent(stop.Token)).Last);

    private async Task Run()
    {
        await Started.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!Started.IsCompletedSuccessfully)
        {
            // Those who wait for the start get the error and take a new feed later.
            members.Close();
            return;
        }

        while (!stop.IsCancellationRequested)
        {
            try
            {
                // A full fence: what is read from here on is read after others may wake it anew.
                Interlocked.Exchange(ref woken, 0);
                RemoveDeparted();
                while (await ReadOn()) RemoveDeparted();
                shared.DropOld();
                if (!await wake.WaitAsync(sources.Options.PollInterval, stop.Token) && members.ClosedForLackOfListeners(departures.IsEmpty))
                    return;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The top of the loop: the position has not moved past what was delivered, so nothing is lost.
                Log.Failed(sources.Logger, tenant.Value, Position, FailureName.Of(failure));
                await Task.Delay(RetryAfter, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Reads one batch and delivers it. True when there may be more.</summary>
    private async ValueTask<bool> ReadOn()
    {
        var after = Position;
        members.Judge(await sources.Pages.VisibilityOf(tenant, stop.Token));
        var page = await sources.Pages.Read(
            tenant, after, BatchSize, () => new PageWants(state.WantsResources, state.Searches.Types), stop.Token);
        state.Narrowed(page.NarrowedAt);
        var batch = page.Events;
        if (batch.Count > 0 && batch[0].Position != after + 1) PassOver(after + 1, batch[0].Position - 1);
        foreach (var @event in batch)
        {
            if (!members.Take(@event, page.NarrowedAt)) return true;
        }

        MeasureLag(batch);
        // Only here, after the log has answered: a feed that cannot read proves nothing to anybody.
        TellPositions();
        return batch.Count == BatchSize;
    }

    private void MeasureLag(IReadOnlyList<FeedEvent> batch)
    {
        var now = sources.Clock.GetUtcNow();
        foreach (var @event in batch) sources.Metrics.Delivered(now - @event.OccurredAt);
    }

    private void TellPositions()
    {
        if (sources.Clock.GetElapsedTime(positionsToldAt) < sources.Options.PositionInterval / 16) return;

        positionsToldAt = sources.Clock.GetTimestamp();
        members.TellPositions();
    }

    private void PassOver(long from, long to)
    {
        members.PassOver(from, to);
        Log.Gap(sources.Logger, tenant.Value, from, to);
    }

    private void RemoveDeparted()
    {
        while (departures.TryDequeue(out var follower)) members.Remove(follower);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Tenant {Tenant}: the live feed could not read on after {Position} ({Cause}); it tries again")]
        public static partial void Failed(ILogger logger, string tenant, long position, string cause);

        [LoggerMessage(2, LogLevel.Warning, "Tenant {Tenant}: events {From} to {To} were removed before they could be delivered")]
        public static partial void Gap(ILogger logger, string tenant, long from, long to);
    }
}
