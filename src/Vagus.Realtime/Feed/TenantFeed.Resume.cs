using Vagus.Realtime.Sessions;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>What a subscription was answered: where it stands, and what is still to be done for it after the answer is on its way.</summary>
internal sealed record Subscribed(long Sequence, Resume? Resume);

/// <summary>The way back: the gap to tell first, and the position to read on from. Nothing comes live before it is done, so the gap comes first.</summary>
internal sealed record Resume(Subscriptions.Stretch? Added, long PausedAt, (long From, long To)? Gap, long ReadAfter);

internal sealed partial class TenantFeed
{
    private const int PageSize = 200;

    /// <summary>Adds a subscription that is live from now on.</summary>
    public Subscribed Subscribe(LiveSession session, string id, EventFilter filter)
    {
        lock (gate)
        {
            session.Subscriptions.Add(id, filter, position, position);
            Follow(session, session.Following);
            return new Subscribed(position, null);
        }
    }

    /// <summary>
    /// Adds a subscription that starts in the past. From here on the session gets nothing from the tail until <see cref="Catch"/> has caught up:
    /// first subscribed, then read, so nothing falls between.
    /// </summary>
    public async ValueTask<Subscribed> SubscribeSince(LiveSession session, string id, EventFilter filter, long since, CancellationToken cancel)
    {
        await session.Replay.WaitAsync(cancel);
        var extent = await sources.Log.Extent(tenant, cancel);
        Narrowed(extent.NarrowedAt);
        lock (gate)
        {
            var (gap, after) = WayBack(extent, since, session.Subscriptions.ForgottenUpTo);
            var added = session.Subscriptions.Add(id, filter, after, position);
            Follow(session, Following.Replaying);
            return new Subscribed(Math.Max(position, after), new Resume(added, position, gap, after));
        }
    }

    /// <summary>Puts a session that came back at the place where it was, with what it had asked for. Null when the place is gone or unknown.</summary>
    public async ValueTask<Resume?> Rejoin(LiveSession session, long since, IReadOnlyList<(string Id, EventFilter Filter)>? asked, CancellationToken cancel)
    {
        var extent = await sources.Log.Extent(tenant, cancel);
        Narrowed(extent.NarrowedAt);
        lock (gate)
        {
            var (gap, _) = WayBack(extent, since, forgotten: 0);
            if (closed || gap is not null) return null;

            session.Subscriptions.Clear();
            if (asked is null) session.Subscriptions.BeginWithAll(since);
            foreach (var (id, filter) in asked ?? []) session.Subscriptions.Add(id, filter, since, since);
            audience.Add(session);
            Follow(session, Following.Replaying);
            return new Resume(null, since, null, since);
        }
    }

    public bool Unsubscribe(LiveSession session, string id)
    {
        lock (gate)
        {
            var found = session.Subscriptions.Remove(id, position);
            Follow(session, session.Following);
            return found;
        }
    }

    public int CountOf(LiveSession session)
    {
        lock (gate) return session.Subscriptions.Count;
    }

    public IReadOnlyList<(string Id, EventFilter Filter)> AskedBy(LiveSession session)
    {
        lock (gate) return session.Subscriptions.Open;
    }

    /// <summary>Replays what a session missed and lets it go on live, without a hole or a repeat.</summary>
    public async Task Catch(LiveSession session, Resume resume, CancellationToken cancel)
    {
        if (resume.Gap is { } gap) session.TellGap(gap.From, gap.To);
        var after = resume.ReadAfter;
        await JudgeAnew(cancel);
        while (!CatchUp(session, resume, after))
        {
            if (session.GivesUp) return;

            await session.WaitForRoom(cancel);
            var page = await sources.Pages.Read(tenant, after, PageSize, WantsContents, cancel);
            Narrowed(page.NarrowedAt);
            if (page.Events.Count == 0)
            {
                // Everything up to the tail is gone: retention was faster.
                var to = Volatile.Read(ref position);
                if (to > after) session.TellGap(after + 1, to);
                after = Math.Max(after, to);
                continue;
            }

            if (page.Events[0].Position != after + 1) session.TellGap(after + 1, page.Events[0].Position - 1);
            foreach (var occurrence in page.Events)
            {
                if (FormFor(session, resume, occurrence) is { } form) session.Deliver(form, isReplay: occurrence.Position <= resume.PausedAt);
            }

            after = page.Events[^1].Position;
        }

        bool WantsContents()
        {
            lock (gate) return session.Subscriptions.WantsResources;
        }
    }

    /// <summary>The last step, under the gate: what is left comes from memory, and the tail takes over at exactly that point.</summary>
    private bool CatchUp(LiveSession session, Resume resume, long after)
    {
        lock (gate)
        {
            if (session.Following != Following.Replaying) return true;
            if (after < position)
            {
                if (narrowedAt > position || recent.After(after)?.ToList() is not { } rest) return false;
                if (session.Subscriptions.WantsResources && rest.Exists(each => !each.KnowsResource)) return false;
                foreach (var occurrence in rest)
                {
                    if (FormUnderGate(session, resume, occurrence) is { } form) session.Deliver(form, isReplay: occurrence.Position <= resume.PausedAt);
                }
            }

            // The tail may be behind what was read here; it must not bring that again.
            session.StartsAfter = Math.Max(session.StartsAfter, after);
            Follow(session, Following.Live);
            session.WentLive();
            return true;
        }
    }

    private EventForm? FormFor(LiveSession session, Resume resume, FeedEvent occurrence)
    {
        lock (gate) return FormUnderGate(session, resume, occurrence);
    }

    private static EventForm? FormUnderGate(LiveSession session, Resume resume, FeedEvent occurrence)
    {
        var seen = occurrence.SeenBy(session.Caller);
        if (resume.Added is not { } added || occurrence.Position > resume.PausedAt) return session.Subscriptions.Wanted(seen);

        // What was live before the pause has been sent on account of the other subscriptions.
        if (seen is null || session.Subscriptions.WantedBesides(added, seen)) return null;
        if (added.Covers(seen)) return seen;
        return seen.Former is { } former && added.Covers(former) && !session.Subscriptions.WantedBesides(added, former) ? former : null;
    }

    /// <summary>What cannot be replayed from a position, and where reading can begin.</summary>
    private ((long From, long To)? Gap, long ReadAfter) WayBack(LogExtent extent, long since, long forgotten)
    {
        // The client has seen more than there is: the log was restored from a backup. All it knows may be wrong.
        if (since > extent.Last) return ((extent.Oldest, position), position);
        if (extent.Last - since > sources.Options.MaxReplay) return ((since + 1, position), position);

        var first = Math.Max(extent.Oldest - 1, forgotten);
        return since < first ? ((since + 1, first), first) : (null, since);
    }
}
