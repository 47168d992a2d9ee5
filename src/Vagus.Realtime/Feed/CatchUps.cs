using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Vagus.Access.Visibility;
using Vagus.Kernel;

namespace Vagus.Realtime.Feed;

/// <summary>
/// The catch-ups of one feed. Each leads one session from where it stands to live, at the pace at which its client reads: one that comes
/// back, one that asks for the past, one whose queue was full. It ends with the session live or gone; in any other case it closes the
/// connection, also when the feed stops.
/// </summary>
internal sealed partial class CatchUps(
    TenantId tenant, CatchUpSteps steps, SharedPages shared, FeedSources sources, Action<TenantPolicy> judge) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Task, Follower> running = new();
    private readonly CancellationTokenSource stop = new();
    private readonly ILogger logger = sources.Logger;

    /// <summary>Called under the feed's gate; nothing of the catch-up runs in this call.</summary>
    public void Start(Follower follower)
    {
        sources.Metrics.CatchUpBegan(CauseOf(follower));
        var begun = Run(follower);
        running[begun] = follower;
        // Only once it is listed, so that none stays listed: one that has ended by now is taken off at once.
        _ = begun.ContinueWith(ended => running.TryRemove(ended, out _), TaskScheduler.Default);
    }

    /// <summary>Ends what is under way: its connections are closed, to come back.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running.Keys);
        await shared.Ended();
    }

    private async Task Run(Follower follower)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var session = follower.Session;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(session.Gone, stop.Token);
        try
        {
            await Lead(follower, over.Token);
        }
        catch (OperationCanceledException) when (session.Gone.IsCancellationRequested)
        {
            // The client went away; what it missed it asks for when it is back.
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            session.Close(Closing.Restart);
        }
        catch (Exception failure)
        {
            // The top of one catch-up.
            Log.Failed(logger, session.Caller.Tenant.Value, session.Caller.User.Value, FailureName.Of(failure));
            session.Close(Closing.Restart);
        }
    }

    /// <summary>Returns only when the session is live or gone.</summary>
    private async Task Lead(Follower follower, CancellationToken over)
    {
        while (steps.Advance(follower) is { } step && await follower.Session.WaitForRoom(over))
        {
            steps.TellIfDue(follower);
            judge(await sources.Pages.VisibilityOf(tenant, over));
            Step(follower, step);
            await Take(follower, step, over);
        }
    }

    private async ValueTask Take(Follower follower, CatchUpStep step, CancellationToken over)
    {
        var page = step.Events;
        if (page is null)
        {
            var read = await Read(follower, step, over);
            (page, step) = (read.Events, step with { JudgedAt = read.JudgedAt });
        }

        if (page.Count == 0)
        {
            steps.PassOver(follower, step, step.Until);
            return;
        }

        if (page[0].Position != step.After + 1)
        {
            steps.PassOver(follower, step, page[0].Position - 1);
            // A gap ends where the step does: what is missing behind it is for the next one, and no event may be taken over it.
            if (page[0].Position - 1 > step.Until) return;
        }

        foreach (var @event in page)
        {
            if (!follower.Session.HasRoom && !await follower.Session.WaitForRoom(over)) return;
            if (!steps.Take(follower, step, @event)) return;
        }
    }

    /// <summary>What follows on the step's position: shared with other catch-ups where that has all that the session asks for.</summary>
    private async ValueTask<JudgedPage> Read(Follower follower, CatchUpStep step, CancellationToken over)
    {
        if (await shared.Find(step.After, step.Until, stop.Token, over) is { } page && steps.HasAll(follower, page))
            return page with { Events = [.. page.Events.SkipWhile(@event => @event.Position <= step.After)] };

        var own = await sources.Pages.Read(tenant, step.After, sources.Options.CatchUpPage, () => step.Wants, over);
        steps.Narrowed(own.NarrowedAt);
        sources.Metrics.PageRead();
        return new JudgedPage(step.After, own.Events, Math.Max(step.JudgedAt, own.NarrowedAt));
    }

    private void Step(Follower follower, CatchUpStep step)
    {
        var caller = follower.Session.Caller;
        var source = step.Events is null ? "log" : "memory";
        Log.Step(logger, caller.Tenant.Value, caller.User.Value, step.After, step.Until, source, CauseOf(follower));
    }

    private static string CauseOf(Follower follower) =>
        follower.FirstDebt is not null ? "replay" : follower.OwesPosition ? "entry" : "full_queue";

    private static partial class Log
    {
        [LoggerMessage(
            1, LogLevel.Error,
            "Tenant {Tenant}: user {User} could not be led on from the log ({Cause}); the connection is closed, to come back")]
        public static partial void Failed(ILogger logger, string tenant, string user, string cause);

        [LoggerMessage(
            2, LogLevel.Debug, "Tenant {Tenant}: user {User} is led on from {After} to {Until} out of the {Source}; cause: {Cause}")]
        public static partial void Step(ILogger logger, string tenant, string user, long after, long until, string source, string cause);
    }
}
