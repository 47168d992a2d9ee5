using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;

namespace Vagus.EndToEnd.Tests.Operating;

/// <summary>One authenticated connection on <c>/ws</c>, and how it ends.</summary>
internal sealed class OpenSocket : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly ClientWebSocket socket = new();
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly CancellationTokenSource over = new();
    private Task<int?>? closed;

    public static async Task<OpenSocket> Of(RunningServer server, string token)
    {
        var open = new OpenSocket();
        using var limit = new CancellationTokenSource(Limit);
        await open.socket.ConnectAsync(new Uri($"{server.Url.Replace("http", "ws", StringComparison.Ordinal)}/ws"), limit.Token);
        var asked = new JsonObject { ["type"] = "authenticate", ["data"] = new JsonObject { ["token"] = token } }.ToJsonString();
        await open.socket.SendAsync(Encoding.UTF8.GetBytes(asked), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
        var answer = await open.socket.ReceiveAsync(open.buffer, limit.Token);
        Assert.Contains("\"welcome\"", Encoding.UTF8.GetString(open.buffer, 0, answer.Count), StringComparison.Ordinal);
        open.closed = open.ReadUntilClosed();
        return open;
    }

    /// <summary>The close code, as soon as the server closes.</summary>
    public Task<int?> Closed() => (closed ?? throw new InvalidOperationException("It was never open.")).WaitAsync(Limit);

    public void Dispose()
    {
        over.Cancel();
        socket.Dispose();
        over.Dispose();
    }

    // From the beginning on: pings are answered only while the connection is read. One that is read later answers the first ping to a peer
    // that has gone, and is told of a reset in place of the close that stands behind it.
    private async Task<int?> ReadUntilClosed()
    {
        while ((await socket.ReceiveAsync(buffer, over.Token)).MessageType != WebSocketMessageType.Close)
        {
        }

        return (int?)socket.CloseStatus;
    }
}
