using Vagus.Kernel;

namespace Vagus.Realtime;

/// <summary>Limits of the live gateways. The defaults suit one box; validated at start.</summary>
public sealed record RealtimeOptions
{
    /// <summary>
    /// Origins that browsers may connect from besides that of the host a request is sent to, such as <c>https://clinic.example</c>;
    /// <c>*</c>
    /// allows all.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>How long a connection outlives its token, so that a client whose renewal is under way is not cut.</summary>
    public TimeSpan ExpiryGrace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How soon the first frame on <c>/ws</c> must bring a token.</summary>
    public TimeSpan AuthenticateWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The server's ping on <c>/ws</c>; a peer that does not answer is dropped two to two and a half times as long after its last word.
    /// </summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How often a client is told up to where it was sent everything, at the most. One that hears nothing for three times as long may give
    /// the line up.
    /// </summary>
    public TimeSpan PositionInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a client of <c>/ws</c> that came back with a position, and was not resumed, has to subscribe anew before it is told a gap.
    /// </summary>
    public TimeSpan SubscribeAgainWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A write that makes no progress for this long ends the connection.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The namespace <c>/</c> and <c>/ws</c> are served: events, presence and open searches. False in a process that serves other
    /// namespaces alone, or none.
    /// </summary>
    public bool ServesUpdates { get; init; } = true;

    /// <summary>The log is looked at this often even when nobody says that it has grown.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the subscriptions of a client that went away are remembered.</summary>
    public TimeSpan ResumeWindow { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a view is shown to others without being renewed.</summary>
    public TimeSpan PresenceLease { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// Frames that may wait for one client. One whose queue is more than half full reads the log at its own pace instead.
    /// </summary>
    public int MaxQueuedFrames { get; init; } = 4_096;

    /// <summary>
    /// Bytes that may wait for one client; one frame may go beyond. Small, because a position waits behind them: on a slow line it would
    /// come later than a client expects one.
    /// </summary>
    public long MaxQueuedBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Bytes of one frame or packet from a client.</summary>
    public int MaxFrameBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// Frames or requests per second from one client, with a burst of twice as many. <c>/ws</c> closes, Socket.IO refuses.
    /// </summary>
    public int MaxFramesPerSecond { get; init; } = 50;

    /// <summary>Open connections on <c>/ws</c>.</summary>
    public int MaxRawConnections { get; init; } = 50_000;

    /// <summary>Open connections of one person on <c>/ws</c> and <c>/ws/fhir</c>.</summary>
    public int MaxRawConnectionsOfUser { get; init; } = 100;

    /// <summary>Open connections of one service account on <c>/ws</c> and <c>/ws/fhir</c>.</summary>
    public int MaxRawConnectionsOfService { get; init; } = 5_000;

    public int MaxSubscriptions { get; init; } = 64;

    /// <summary>Searches that the connections of one tenant keep open on one node.</summary>
    public int MaxSearches { get; init; } = 20_000;

    /// <summary>Searches that the connections of one person keep open on one node.</summary>
    public int MaxSearchesOfUser { get; init; } = 500;

    /// <summary>Searches that the connections of one service account keep open on one node.</summary>
    public int MaxSearchesOfService { get; init; } = 10_000;

    /// <summary>Matches on the first page of a search that is kept open.</summary>
    public int MaxSearchMatches { get; init; } = 1_000;

    /// <summary>Bytes of resources on that page, or a little more: the page is one frame.</summary>
    public int MaxSearchBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Positions that are replayed for a search at most; a client that missed more is given the first page anew. Fewer than those of
    /// events, since the versions before and after each change are read.
    /// </summary>
    public int MaxSearchReplay { get; init; } = 10_000;

    /// <summary>Names or ids in one list of a subscription.</summary>
    public int MaxFilterValues { get; init; } = 500;

    /// <summary>Positions that are replayed at most; whoever missed more gets a gap and loads anew, which is cheaper for both.</summary>
    public int MaxReplay { get; init; } = 100_000;

    /// <summary>Events that a catch-up reads from the log at once.</summary>
    public int CatchUpPage { get; init; } = 200;

    /// <summary>Resources that one connection may be shown to view at once.</summary>
    public int MaxViews { get; init; } = 20;

    internal int SearchesOf(Role role) => role == Role.Service ? MaxSearchesOfService : MaxSearchesOfUser;

    internal int RawConnectionsOf(Role role) => role == Role.Service ? MaxRawConnectionsOfService : MaxRawConnectionsOfUser;

    internal void Validate()
    {
        TimeSpan[] times =
        [
            AuthenticateWithin, HeartbeatInterval, PositionInterval, SubscribeAgainWithin, SendTimeout, PollInterval, ResumeWindow,
            PresenceLease,
        ];
        long[] counts =
        [
            MaxQueuedFrames, MaxQueuedBytes, MaxFrameBytes, MaxFramesPerSecond, MaxRawConnections, MaxSubscriptions, MaxFilterValues,
            MaxReplay, MaxViews, MaxSearches, MaxSearchMatches, MaxSearchBytes, MaxSearchReplay, MaxSearchesOfUser, MaxSearchesOfService,
            MaxRawConnectionsOfUser, MaxRawConnectionsOfService, CatchUpPage,
        ];
        if (times.Any(time => time <= TimeSpan.Zero || time > TimeSpan.FromHours(1)))
            throw new InvalidOperationException("Realtime: times must be between 0 and one hour.");
        if (counts.Any(count => count < 1)) throw new InvalidOperationException("Realtime: limits must be positive.");
        if (ExpiryGrace < TimeSpan.Zero || ExpiryGrace > TimeSpan.FromSeconds(30))
            throw new InvalidOperationException("Realtime: ExpiryGrace must be at most 30 seconds.");
    }
}
