using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Sessions;
using Vagus.Kernel;

namespace Vagus.Realtime.Feed;

/// <summary>Why the server closes a session. Every one of them lets the client come back by itself.</summary>
internal enum Closing
{
    TokenExpired,
    SessionEnded,
    Restart,

    /// <summary>The same client has a newer connection.</summary>
    Replaced,
}

/// <summary>On account of what an event is delivered.</summary>
internal enum Delivery
{
    /// <summary>The connection has not subscribed and gets every event.</summary>
    Unasked,

    /// <summary>A subscription asks for it.</summary>
    Chosen,

    /// <summary>A subscription is owed it: it lies behind what the client has been sent before.</summary>
    Replay,
}

/// <summary>One connection of one caller that follows its tenant's log. See the README for its states.</summary>
internal abstract class LiveConnection(Admission admission)
{
    private long expiresAt = admission.ExpiresAt.UtcTicks;

    public Caller Caller { get; } = admission.Caller;

    /// <summary>From where it came, as the audit records it.</summary>
    public AuditOrigin Origin { get; init; } = AuditOrigin.Unknown;

    /// <summary>How far the caller reaches; kept, because it is asked for every event.</summary>
    public Reach Reach { get; } = admission.Reach;

    public DateTimeOffset ExpiresAt => new(Volatile.Read(ref expiresAt), TimeSpan.Zero);

    /// <summary>When its reach stops being what the caller is granted. A newer token does not move it: the reach stays.</summary>
    public DateTimeOffset RightsUntil { get; } = admission.RightsUntil;

    /// <summary>The sign-in that the connection lives by.</summary>
    public SessionId Session { get; private set; } = admission.Caller.Session;

    /// <summary>Its place in its feed; null before it has come in.</summary>
    public FeedPlace? Place { get; private set; }

    public abstract CancellationToken Gone { get; }

    /// <summary>The Socket.IO namespace that it is in; the main one for other protocols.</summary>
    public virtual string Namespace => "/";

    /// <summary>
    /// True while at most half of its queue is taken. Otherwise it is not given more: it reads the log when there is room again.
    /// </summary>
    public abstract bool HasRoom { get; }

    /// <summary>Puts the event into the session's queue. Never waits; called in the log's order.</summary>
    /// <param name="event">The event.</param>
    /// <param name="how">On account of what.</param>
    public abstract void Deliver(EventForm @event, Delivery how);

    /// <summary>Puts what one event does to the searches of the session into its queue.</summary>
    /// <param name="changes">One for each search; all of one position.</param>
    /// <param name="how">On account of what.</param>
    public virtual void Deliver(IReadOnlyList<SearchChange> changes, Delivery how)
    {
    }

    public abstract void TellGap(long from, long to);

    /// <summary>Tells up to where it has been sent everything that it may see and asked for.</summary>
    /// <param name="position">What is told.</param>
    /// <param name="standing">Where it stands: beyond the position while a subscription is owed something of the past.</param>
    public abstract void TellPosition(PositionForm position, Standing standing);

    /// <summary>Tells something beside the log, where the connection's protocol carries it.</summary>
    public virtual void Tell(EphemeralEvent @event)
    {
    }

    /// <summary>Completes when at most half of the queue is taken, or with false when the connection is being closed.</summary>
    public abstract ValueTask<bool> WaitForRoom(CancellationToken cancel);

    /// <summary>Called about once a second.</summary>
    public virtual void Tick()
    {
    }

    /// <summary>Ends the connection at once and without waiting.</summary>
    public abstract void Close(Closing why);

    /// <summary>Called by the feed, under its gate, when it lets the connection in.</summary>
    public void ComeInto(FeedPlace place) => Place = place;

    /// <summary>
    /// Counts a newer token of the same person with the same rights. A credential that grants something else, as where a dependant's age
    /// was corrected, needs a connection of its own: this one keeps its reach and lives no longer than its last token.
    /// </summary>
    public bool Renew(Admission renewed)
    {
        if (renewed.Caller.Tenant != Caller.Tenant || renewed.Caller.User != Caller.User || renewed.Caller.Role != Caller.Role)
            return false;
        if (!HasSameRights(renewed)) return false;

        Volatile.Write(ref expiresAt, renewed.ExpiresAt.UtcTicks);
        Session = renewed.Caller.Session;
        return true;
    }

    private bool HasSameRights(Admission renewed)
    {
        var other = renewed.Caller;
        return renewed.Grants.SequenceEqual(admission.Grants)
            && renewed.BreakGlass.SequenceEqual(admission.BreakGlass)
            && renewed.RightsUntil >= RightsUntil
            && other.SeesLabels == Caller.SeesLabels
            && other.Practitioner == Caller.Practitioner
            && AreSame(other.OwnPatients, Caller.OwnPatients)
            && AreSame(other.LimitedPatients, Caller.LimitedPatients);
    }

    private static bool AreSame(IReadOnlyList<PatientId> some, IReadOnlyList<PatientId> others) =>
        some.Count == others.Count && (some.SequenceEqual(others) || others.ToHashSet().SetEquals(some));
}
