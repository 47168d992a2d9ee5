using System.Text;

namespace Vagus.SocketIO.Load.Wire;

/// <summary>A kept-alive HTTP line in the same loop: asks for broadcasts without a thread of its own.</summary>
internal sealed class Control(Poller poller, int port) : Line(poller, port)
{
    private static ReadOnlySpan<byte> Success => "HTTP/1.1 200"u8;

    internal int Asked { get; private set; }

    internal int Answered { get; private set; }

    internal static byte[] Broadcast(int port, string room, int count, int size) => Encoding.ASCII.GetBytes(
        $"POST /broadcast?room={room}&event=tick&count={count}&size={size} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\n\r\n");

    internal void Ask(byte[] request)
    {
        Asked++;
        Send(request);
    }

    protected override void Connected()
    {
    }

    // Status lines are short and begin a write, so a split one is not a case worth keeping state for.
    protected override void Received(ReadOnlySpan<byte> bytes)
    {
        for (var at = bytes.IndexOf(Success); at >= 0; at = bytes.IndexOf(Success))
        {
            Answered++;
            bytes = bytes[(at + Success.Length)..];
        }
    }

    // An idle line may be closed; one that owes an answer may not.
    protected override void Lost()
    {
        if (Answered < Asked) throw new InvalidOperationException("The server closed the control line.");
    }
}
