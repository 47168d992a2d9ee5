using Vagus.Access.Sessions;
using Vagus.Realtime.Feed;
using Vagus.Realtime.Sessions;
using Vagus.SocketIO;

namespace Vagus.Realtime.Sockets;

/// <summary>A Socket.IO socket that follows the log. Its queue is the library's.</summary>
internal sealed class SocketSession(ClientSocket socket, Admission admission, RealtimeOptions options, TimeProvider clock) : LiveSession(admission)
{
    private static readonly object Key = new();
    private const int ViewsPerSecond = 10;
    private const int RoomEnough = 512;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(10);
    private List<EncodedEvent>? collected;
    private List<EncodedEvent> recovered = [];
    private int collectAtMost;

    public ClientSocket Socket => socket;

    /// <summary>Set when it has joined.</summary>
    public TenantFeed? Feed { get; set; }

    /// <summary>How often it may change what it views: every change is told to many.</summary>
    public Pace Views { get; } = new(ViewsPerSecond, clock);

    public Pace Requests { get; } = new(options.MaxFramesPerSecond, clock);

    public override CancellationToken Gone => socket.Gone;

    public static SocketSession Of(ClientSocket socket) =>
        (SocketSession?)socket.Items[Key] ?? throw new InvalidOperationException("The socket was not admitted.");

    public void Attach() => socket.Items[Key] = this;

    /// <summary>Until live delivery begins what is replayed is collected: the library sends it before it lets the socket in.</summary>
    public void Collect(int atMost) => (collected, collectAtMost, CollectedTooMuch) = ([], atMost, false);

    /// <summary>True when more would have been collected than was asked for.</summary>
    public bool CollectedTooMuch { get; private set; }

    public override bool GivesUp => CollectedTooMuch;

    public override void Deliver(EventForm occurrence, bool isReplay)
    {
        if (collected is { } list)
        {
            if (occurrence.Live(socket.Namespace) is not { } missed) return;
            if (list.Count < collectAtMost) list.Add(missed);
            else CollectedTooMuch = true;
            return;
        }

        var encoded = isReplay ? occurrence.Replayed(socket.Namespace) : occurrence.Live(socket.Namespace);
        if (encoded is not null) socket.Send(encoded);
    }

    /// <summary>What was collected until live delivery began.</summary>
    public IReadOnlyList<EncodedEvent> Missed => recovered;

    public override void WentLive()
    {
        recovered = collected ?? [];
        collected = null;
    }

    public override void TellGap(long from, long to)
    {
        // While a session is being recovered a gap means that it is not.
        if (collected is not null) CollectedTooMuch = true;
        else socket.Send(socket.Namespace.Encode("gap", new { from, to }));
    }

    public override async ValueTask WaitForRoom(CancellationToken cancel)
    {
        while (socket.Backlog > RoomEnough) await Task.Delay(LookAgain, cancel);
    }

    /// <summary>Closes the engine, not the namespace: then the client comes back by itself and shows its credentials again.</summary>
    public override void Close(Closing why) => socket.Close(why switch
    {
        Closing.TokenExpired or Closing.SessionEnded => CloseCode.Unauthenticated,
        Closing.SlowReader => CloseCode.SlowReader,
        _ => CloseCode.ServiceRestart,
    });
}
