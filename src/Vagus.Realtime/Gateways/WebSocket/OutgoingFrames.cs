using System.Net.WebSockets;
using Socket = System.Net.WebSockets.WebSocket;

namespace Vagus.Realtime.Gateways.WebSocket;

/// <summary>
/// The frames that wait for one client, bounded in count and bytes, and the one loop that writes them. Adding a frame does
/// not wait. A client that reads too slowly is told to come back; one that takes nothing is cut.
/// </summary>
internal sealed class OutgoingFrames(Socket socket, RealtimeOptions options, RealtimeMetrics metrics, TimeProvider clock)
{
    /// <summary>How long the client has to answer a close.</summary>
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(5);

    /// <summary>A send completes when all of it is taken, so a large frame goes in fragments: each that is taken is progress.</summary>
    private const int FragmentBytes = 64 * 1024;

    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private readonly Queue<(byte[] Frame, Action? Left)> waiting = new();
    private long bytes;
    private bool writing;
    private (WebSocketCloseStatus Status, string Reason)? closing;
    private TaskCompletionSource? room;

    /// <summary>Completes when the close was written or cannot be.</summary>
    public Task Closed => closed.Task;

    /// <summary>
    /// Queues a frame. False when the queue is full: the connection is then being closed. One frame may go beyond the limit in bytes: a
    /// resource larger than the queue must not cut a reader that keeps up.
    /// </summary>
    /// <param name="frame">The text.</param>
    /// <param name="left">Called when the transport has taken all of it, and never where the frame is dropped. It returns at once.</param>
    public bool Send(byte[] frame, Action? left = null)
    {
        lock (gate)
        {
            if (closing is not null) return false;
            if (waiting.Count >= options.MaxQueuedFrames || bytes > options.MaxQueuedBytes)
            {
                waiting.Clear();
                bytes = 0;
                closing = (WebSocketClose.SlowReader, "slow_reader");
                metrics.SlowReader();
                Start();
                return false;
            }

            waiting.Enqueue((frame, left));
            bytes += frame.Length;
            Start();
            return true;
        }
    }

    /// <summary>Closes after what is queued.</summary>
    public void Close(WebSocketCloseStatus status, string reason)
    {
        lock (gate)
        {
            if (closing is not null) return;

            closing = (status, reason);
            Start();
        }
    }

    public bool HasRoom
    {
        get
        {
            lock (gate) return IsHalfFree();
        }
    }

    /// <summary>Completes when at most half of the room is taken, or with false when the connection is being closed.</summary>
    public async ValueTask<bool> WaitForRoom(CancellationToken cancel)
    {
        Task opens;
        lock (gate)
        {
            if (closing is not null || IsHalfFree()) return closing is null;

            room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            opens = room.Task;
        }

        await opens.WaitAsync(cancel);
        lock (gate) return closing is null;
    }

    private bool IsHalfFree() => waiting.Count <= options.MaxQueuedFrames / 2 && bytes <= options.MaxQueuedBytes / 2;

    private void Start()
    {
        if (writing) return;

        writing = true;
        _ = Task.Run(Write);
    }

    private async Task Write()
    {
        try
        {
            var next = Next();
            for (; next.Frame is { } frame; next = Next())
            {
                await Write(frame);
                next.Left?.Invoke();
                metrics.FrameSent();
            }

            if (next.Close is not { } close) return;

            await Limited(new ValueTask(socket.CloseOutputAsync(close.Status, close.Reason, CancellationToken.None)));
            closed.TrySetResult();
            await Task.Delay(CloseGrace, clock);
            socket.Abort();
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or ObjectDisposedException
            or IOException or InvalidOperationException or TimeoutException)
        {
            // The client is gone or takes nothing; the reading side ends the connection.
            if (failure is TimeoutException) metrics.SlowReader();
            socket.Abort();
            closed.TrySetResult();
        }
    }

    private async ValueTask Write(ReadOnlyMemory<byte> frame)
    {
        for (var isLast = false; !isLast;)
        {
            var fragment = frame[..Math.Min(frame.Length, FragmentBytes)];
            frame = frame[fragment.Length..];
            isLast = frame.IsEmpty;
            // A token that can be cancelled would put every send on the slow path; a send that hangs is cut instead.
            await Limited(socket.SendAsync(fragment, WebSocketMessageType.Text, isLast, CancellationToken.None));
        }
    }

    private ValueTask Limited(ValueTask sending) =>
        sending.IsCompletedSuccessfully ? sending : new ValueTask(sending.AsTask().WaitAsync(options.SendTimeout, clock));

    /// <summary>The next frame, or else how to close, or neither: then this loop is over and the next frame starts another.</summary>
    private (byte[]? Frame, Action? Left, (WebSocketCloseStatus Status, string Reason)? Close) Next()
    {
        lock (gate)
        {
            if (room is not null && (IsHalfFree() || closing is not null))
            {
                room.TrySetResult();
                room = null;
            }

            if (waiting.TryDequeue(out var next))
            {
                bytes -= next.Frame.Length;
                return (next.Frame, next.Left, null);
            }

            // Once closing nothing may be written any more: the loop stays taken.
            writing = closing is not null;
            return (null, null, closing);
        }
    }
}
