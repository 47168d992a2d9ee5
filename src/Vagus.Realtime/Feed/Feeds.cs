using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Access.Sessions;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>
/// The feeds of the tenants that somebody listens to now. A session is only ever in the feed of its caller's own tenant, and a feed reads
/// only its tenant's log. Also ends sessions whose token ran out or whose sign-in is over.
/// </summary>
internal sealed partial class Feeds(FeedSources sources, LogSignal signal, Authentication signIns, ILogger<Feeds> logger)
    : BackgroundService
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<TenantId, Lazy<TenantFeed>> feeds = new();

    /// <summary>
    /// The session follows its tenant's log. From here on it is live, catching up or closed. Its sign-in may have ended after it was
    /// admitted and before the feed knew it: nothing is delivered before that was looked at.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="entry">Where it begins.</param>
    /// <param name="greet">Called with that place before the session is told anything else.</param>
    public async ValueTask Enter(LiveConnection session, Entry entry, Action<long>? greet = null)
    {
        var feed = await FeedOf(session.Caller.Tenant, session.Gone);
        Follower? follower;
        while ((follower = feed.Enter(session, entry, greet)) is null) feed = await FeedOf(session.Caller.Tenant, session.Gone);

        if (await LivesOn(session, session.Gone)) feed.Begin(follower);
    }

    /// <summary>Where a session of the tenant begins that comes in now.</summary>
    public async ValueTask<long> Standing(TenantId tenant, CancellationToken cancel) => (await FeedOf(tenant, cancel)).Position;

    /// <summary>How a client that has seen the log up to a position is led on.</summary>
    public async ValueTask<WayBack> WayBack(TenantId tenant, long since, CancellationToken cancel)
    {
        var feed = await FeedOf(tenant, cancel);
        var extent = await feed.Extent(cancel);
        return Feed.WayBack.From(since, extent, feed.Position, sources.Options.MaxReplay);
    }

    /// <summary>
    /// Its sign-in may have ended after it was admitted or renewed and before it could be told here: then it is closed. False when it was.
    /// </summary>
    public async ValueTask<bool> LivesOn(LiveConnection session, CancellationToken cancel)
    {
        if (await signIns.IsLive(session.Caller.Tenant, session.Session, cancel)) return true;

        session.Close(Closing.SessionEnded);
        return false;
    }

    /// <summary>Those who listen to a tenant on this node.</summary>
    public IReadOnlyList<LiveConnection> SessionsOf(TenantId tenant) =>
        feeds.TryGetValue(tenant, out var feed) && feed.IsValueCreated ? feed.Value.Sessions : [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        sources.Metrics.ObserveFeeds(() => feeds.Count);
        sources.Metrics.ObserveSessions(Count);
        using var growth = signal.Observe(Grew);
        signIns.Ended += End;
        signIns.RightsChanged += LetComeBack;
        try
        {
            await Recurring.Run(
                SweepInterval, sources.Clock, Sweep, cause => Log.SweepFailed(logger, FailureName.Of(cause)), stoppingToken);
        }
        finally
        {
            signIns.Ended -= End;
            signIns.RightsChanged -= LetComeBack;
            foreach (var feed in feeds.Values) if (feed.IsValueCreated) await feed.Value.DisposeAsync();
        }
    }

    private async ValueTask<TenantFeed> FeedOf(TenantId tenant, CancellationToken cancel)
    {
        while (true)
        {
            var slot = feeds.GetOrAdd(tenant, key => new Lazy<TenantFeed>(() => new TenantFeed(key, sources)));
            if (slot.Value.HasEnded)
            {
                feeds.TryRemove(new(tenant, slot));
                continue;
            }

            await slot.Value.Started.WaitAsync(cancel);
            return slot.Value;
        }
    }

    private (int Live, int CatchingUp) Count() =>
        feeds.Values.Where(feed => feed.IsValueCreated)
            .Select(feed => feed.Value.Count)
            .Aggregate((Live: 0, CatchingUp: 0), (sum, feed) => (sum.Live + feed.Live, sum.CatchingUp + feed.CatchingUp));

    private void Grew(TenantId tenant, long last)
    {
        if (feeds.TryGetValue(tenant, out var feed) && feed.IsValueCreated) feed.Value.GrewTo(last);
    }

    private void End(SessionEnd end)
    {
        foreach (var session in SessionsOf(end.Tenant).Where(session => session.Session == end.Session))
        {
            Log.Ended(logger, end.Tenant.Value, end.Session.Value);
            session.Close(end.Reason == EndReason.TenantMoved ? Closing.Restart : Closing.SessionEnded);
        }
    }

    /// <summary>A connection keeps the reach that it was admitted with: it is closed, and its client comes back with that of now.</summary>
    private void LetComeBack(TenantId tenant, SessionId changed)
    {
        foreach (var session in SessionsOf(tenant).Where(session => session.Session == changed)) session.Close(Closing.TokenExpired);
    }

    private ValueTask Sweep(CancellationToken cancel)
    {
        var now = sources.Clock.GetUtcNow();
        var dead = now - sources.Options.ExpiryGrace;
        foreach (var tenant in feeds.Keys)
        {
            foreach (var session in SessionsOf(tenant))
            {
                if (session.ExpiresAt <= dead || session.RightsUntil <= now) session.Close(Closing.TokenExpired);
                else session.Tick();
            }
        }

        return ValueTask.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Tenant {Tenant}: a live connection of session {Session} is closed, for the session ended")]
        public static partial void Ended(ILogger logger, string tenant, string session);

        [LoggerMessage(2, LogLevel.Error, "The sweep of expired connections failed ({Cause}) and is tried again")]
        public static partial void SweepFailed(ILogger logger, string cause);
    }
}
