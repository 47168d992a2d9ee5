using Vagus.Access.Sessions;
using Vagus.Realtime.Feed;
using Vagus.Realtime.Sessions;

namespace Vagus.Realtime.RawSockets;

/// <summary>A connection on <c>/ws</c> that has shown who it is.</summary>
internal sealed class RawSession(string clientId, Admission admission, OutgoingFrames outgoing, TimeProvider clock, CancellationToken gone) : LiveSession(admission)
{
    /// <summary>Names this client when it comes back. Good only together with its caller's token.</summary>
    public string ClientId => clientId;

    public TenantFeed? Feed { get; set; }

    public override CancellationToken Gone => gone;

    public override void Deliver(EventForm occurrence, bool isReplay)
    {
        if (occurrence.Raw(clock.GetUtcNow()) is { } frame) outgoing.Send(frame);
    }

    public override void TellGap(long from, long to) => Say("gap", json =>
    {
        json.WriteNumber("from"u8, from);
        json.WriteNumber("to"u8, to);
    });

    public override ValueTask WaitForRoom(CancellationToken cancel) => outgoing.WaitForRoom(cancel);

    public override void Close(Closing why)
    {
        switch (why)
        {
            case Closing.TokenExpired:
                outgoing.Close(RawClose.Unauthenticated, "token_expired");
                break;
            case Closing.SessionEnded:
                outgoing.Close(RawClose.Unauthenticated, "session_ended");
                break;
            case Closing.SlowReader:
                outgoing.Close(RawClose.SlowReader, "slow_reader");
                break;
            default:
                outgoing.Close(RawClose.Restart, "restart");
                break;
        }
    }

    public void Say(string type, Action<System.Text.Json.Utf8JsonWriter> data) => outgoing.Send(RawEventFrames.Write(type, clock.GetUtcNow(), 256, data));
}
