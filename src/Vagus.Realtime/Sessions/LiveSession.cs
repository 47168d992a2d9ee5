using Vagus.Access.Sessions;
using Vagus.Kernel;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Sessions;

internal enum Following
{
    /// <summary>Not in the feed yet, or no longer.</summary>
    Nothing,

    /// <summary>Gets each event as the feed reads it.</summary>
    Live,

    /// <summary>Reads the log by itself; the feed passes it by until it has caught up.</summary>
    Replaying,
}

/// <summary>Why the server closes a session. Every one of them lets the client come back by itself.</summary>
internal enum Closing
{
    TokenExpired,
    SessionEnded,
    SlowReader,
    Restart,
}

/// <summary>One connection of one caller that follows its tenant's log. See the README for its states.</summary>
internal abstract class LiveSession(Admission admission)
{
    private long expiresAt = admission.ExpiresAt.UtcTicks;

    public Caller Caller { get; } = admission.Caller;

    public DateTimeOffset ExpiresAt => new(Volatile.Read(ref expiresAt), TimeSpan.Zero);

    /// <summary>Guarded by the feed's gate, as are the next three.</summary>
    public Subscriptions Subscriptions { get; } = new();

    public Following Following { get; set; }

    /// <summary>Events up to here are not for this session, however late the feed reads them.</summary>
    public long StartsAfter { get; set; }

    public bool IsCountedAsReader { get; set; }

    /// <summary>Completes when no replay is under way.</summary>
    public Task Replay { get; set; } = Task.CompletedTask;

    /// <summary>True while a replay is under way, and for good when it was broken off: the client has holes that its last position does not tell of.</summary>
    public bool HasHoles { get; private set; }

    public abstract CancellationToken Gone { get; }

    /// <summary>Puts the event into the session's queue. Never waits; called in the log's order.</summary>
    public abstract void Deliver(EventForm occurrence, bool isReplay);

    /// <summary>Runs one replay, in the background of whatever the client does next.</summary>
    public void CatchUp(Func<Task> replay)
    {
        HasHoles = true;
        Replay = Run();

        async Task Run()
        {
            await replay();
            HasHoles = false;
        }
    }

    public abstract void TellGap(long from, long to);

    /// <summary>Completes when the client has read enough for more to be put into its queue.</summary>
    public abstract ValueTask WaitForRoom(CancellationToken cancel);

    /// <summary>True when the replay has already failed its purpose and need not be read to its end.</summary>
    public virtual bool GivesUp => false;

    /// <summary>Called under the feed's gate at the moment at which live delivery begins.</summary>
    public virtual void WentLive()
    {
    }

    /// <summary>Ends the connection at once and without waiting.</summary>
    public abstract void Close(Closing why);

    /// <summary>Counts a newer token of the same person. The role and what it may see cannot differ while the session lives.</summary>
    public bool Renew(Admission renewed)
    {
        if (renewed.Caller.Tenant != Caller.Tenant || renewed.Caller.User != Caller.User || renewed.Caller.Role != Caller.Role) return false;

        Volatile.Write(ref expiresAt, renewed.ExpiresAt.UtcTicks);
        Session = renewed.Caller.Session;
        return true;
    }

    /// <summary>The sign-in that the connection lives by.</summary>
    public SessionId Session { get; private set; } = admission.Caller.Session;
}
