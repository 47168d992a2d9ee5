using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Realtime.Sessions;

namespace Vagus.Realtime.Feed;

/// <summary>
/// Leads one session from where it stands to live, at the pace at which its client reads: one that comes back, one that asks for the past,
/// one whose queue was full. It ends with the session live or gone; in any other case it closes the connection.
/// </summary>
internal sealed partial class CatchUp(TenantId tenant, Membership members, LogPages pages, RealtimeMetrics metrics, ILogger logger)
{
    private const int PageSize = 200;

    public async Task Run(Follower follower)
    {
        // It is started under the feed's gate.
        metrics.CatchUpBegan(CauseOf(follower));
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var session = follower.Session;
        try
        {
            await Lead(follower, session.Gone);
        }
        catch (OperationCanceledException) when (session.Gone.IsCancellationRequested)
        {
            // The client went away; what it missed it asks for when it is back.
        }
        catch (Exception failure)
        {
            // The top of one catch-up.
            Log.Failed(logger, failure, session.Caller.Tenant.Value, session.Caller.User.Value);
            session.Close(Closing.Restart);
        }
    }

    /// <summary>Returns only when the session is live or gone.</summary>
    private async Task Lead(Follower follower, CancellationToken gone)
    {
        while (members.NextStep(follower) is { } step && await follower.Session.WaitForRoom(gone))
        {
            members.TellIfDue(follower.Session);
            members.Judge(await pages.VisibilityOf(tenant, gone));
            Step(follower, step);
            await Take(follower, step, gone);
        }
    }

    private async ValueTask Take(Follower follower, CatchUpStep step, CancellationToken gone)
    {
        var page = step.Events;
        if (page is null)
        {
            var read = await pages.Read(tenant, step.After, PageSize, () => step.ReadsResources, gone);
            members.Narrowed(read.NarrowedAt);
            (page, step) = (read.Events, step with { JudgedAt = Math.Max(step.JudgedAt, read.NarrowedAt) });
        }

        if (page.Count == 0)
        {
            members.PassOver(follower, step, step.Until);
            return;
        }

        if (page[0].Position != step.After + 1) members.PassOver(follower, step, page[0].Position - 1);
        foreach (var @event in page)
        {
            if (!follower.Session.HasRoom && !await follower.Session.WaitForRoom(gone)) return;
            if (!members.Take(follower, step, @event)) return;
        }
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
            1, LogLevel.Error, "Tenant {Tenant}: user {User} could not be led on from the log; the connection is closed, to come back")]
        public static partial void Failed(ILogger logger, Exception failure, string tenant, string user);

        [LoggerMessage(
            2, LogLevel.Debug, "Tenant {Tenant}: user {User} is led on from {After} to {Until} out of the {Source}; cause: {Cause}")]
        public static partial void Step(ILogger logger, string tenant, string user, long after, long until, string source, string cause);
    }
}
