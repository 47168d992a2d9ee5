using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Vagus.Realtime.Tests.Model;

/// <summary>
/// One WebSocket of a client of the model, read at the pace that is set by a loop of its own, with small buffers below it.
/// </summary>
internal sealed class Line : IAsyncDisposable
{
    // Some of the largest frames: with less, the window opens so seldom that a fast reader gets five frames a second.
    private const int ReceiveBuffer = 48 * 1024;
    private static readonly HttpMessageInvoker Narrow = new(new SocketsHttpHandler { ConnectCallback = Dial });
    private readonly ClientWebSocket socket = new();
    private readonly SemaphoreSlim sending = new(1);
    private readonly CancellationTokenSource over = new();
    private readonly Action<Line, string> heard;
    private readonly Action<Line, int?> closed;
    private volatile TaskCompletionSource? frozen;
    private Task reading = Task.CompletedTask;

    public Line(Action<Line, string> heard, Action<Line, int?> closed) => (this.heard, this.closed) = (heard, closed);

    /// <summary>How long each frame is looked at before the next one is read.</summary>
    public TimeSpan Pause { get; set; }

    public bool IsFrozen => frozen is not null;

    public async Task Open(Uri address)
    {
        await socket.ConnectAsync(address, Narrow, default);
        reading = Read();
    }

    public void Freeze() => frozen ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Thaw()
    {
        var melting = frozen;
        frozen = null;
        melting?.TrySetResult();
    }

    /// <summary>Sends a frame if the line still stands.</summary>
    public async Task Say(string text)
    {
        await sending.WaitAsync();
        try
        {
            if (socket.State != WebSocketState.Open) return;

            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, over.Token);
        }
        catch (Exception lost) when (lost is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The reading side tells that the line is lost.
        }
        finally
        {
            sending.Release();
        }
    }

    public void Cut() => socket.Abort();

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        socket.Abort();
        Thaw();
        await reading;
        socket.Dispose();
    }

    private async Task Read()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    if (frozen is { } ice) await ice.Task.WaitAsync(over.Token);
                    part = await socket.ReceiveAsync(buffer.AsMemory(length), over.Token);
                    length += part.Count;
                }
                while (!part.EndOfMessage);

                if (part.MessageType == WebSocketMessageType.Close) break;
                heard(this, Encoding.UTF8.GetString(buffer, 0, length));
                if (Pause > TimeSpan.Zero) await Task.Delay(Pause, over.Token);
            }
        }
        catch (Exception lost) when (lost is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Cut, by whichever side.
        }

        closed(this, (int?)socket.CloseStatus);
    }

    private static async ValueTask<Stream> Dial(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var tcp = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = ReceiveBuffer };
        await tcp.ConnectAsync(context.DnsEndPoint, cancel);
        return new NetworkStream(tcp, ownsSocket: true);
    }
}
