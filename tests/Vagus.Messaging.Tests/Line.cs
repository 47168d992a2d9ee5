using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;

namespace Vagus.Messaging.Tests;

/// <summary>
/// The WebSocket under a client. It reads all the time, so that heartbeats are answered while a test does other things. Waiting has a
/// limit.
/// </summary>
internal sealed class Line : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly ClientWebSocket socket = new();
    private readonly Channel<string> received = Channel.CreateUnbounded<string>();
    private readonly SemaphoreSlim saying = new(1, 1);
    private readonly CancellationTokenSource closing = new();
    private readonly string? heartbeat;
    private readonly string answer;
    private Task reading = Task.CompletedTask;

    private Line(string? heartbeat, string answer) => (this.heartbeat, this.answer) = (heartbeat, answer);

    /// <param name="house">The server.</param>
    /// <param name="path">With its query.</param>
    /// <param name="heartbeat">A message that is answered at once and told to nobody; null: heartbeats are no messages.</param>
    /// <param name="answer">To the heartbeat.</param>
    public static async Task<Line> Open(House house, string path, string? heartbeat = null, string answer = "")
    {
        var line = new Line(heartbeat, answer);
        await line.socket.ConnectAsync(new UriBuilder(new Uri(house.Address, path)) { Scheme = "ws" }.Uri, default);
        line.reading = line.ReadAll();
        return line;
    }

    public async Task<string> Next()
    {
        using var limit = new CancellationTokenSource(Limit);
        return await received.Reader.ReadAsync(limit.Token);
    }

    public async Task Say(string message)
    {
        using var limit = new CancellationTokenSource(Limit);
        await saying.WaitAsync(limit.Token);
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
        }
        finally
        {
            saying.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        socket.Abort();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        socket.Dispose();
        closing.Dispose();
        saying.Dispose();
    }

    private async Task ReadAll()
    {
        try
        {
            while (true)
            {
                var message = await Read();
                if (message == heartbeat) await Say(answer);
                else received.Writer.TryWrite(message);
            }
        }
        catch (Exception cause)
        {
            received.Writer.TryComplete(cause);
        }
    }

    private async Task<string> Read()
    {
        var buffer = new byte[64 * 1024];
        using var text = new MemoryStream();
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer, closing.Token);
            if (part.MessageType == WebSocketMessageType.Close) throw new InvalidOperationException($"Closed: {socket.CloseStatus}");
            text.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
