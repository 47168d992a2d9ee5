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

    public static async Task<OpenSocket> Of(RunningServer server, string token)
    {
        var open = new OpenSocket();
        using var limit = new CancellationTokenSource(Limit);
        await open.socket.ConnectAsync(new Uri($"{server.Url.Replace("http", "ws", StringComparison.Ordinal)}/ws"), limit.Token);
        var asked = new JsonObject { ["type"] = "authenticate", ["data"] = new JsonObject { ["token"] = token } }.ToJsonString();
        await open.socket.SendAsync(Encoding.UTF8.GetBytes(asked), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
        var answer = await open.socket.ReceiveAsync(open.buffer, limit.Token);
        Assert.Contains("\"welcome\"", Encoding.UTF8.GetString(open.buffer, 0, answer.Count), StringComparison.Ordinal);
        return open;
    }

    /// <summary>The close code, as soon as the server closes.</summary>
    public async Task<int?> Closed()
    {
        using var limit = new CancellationTokenSource(Limit);
        while ((await socket.ReceiveAsync(buffer, limit.Token)).MessageType != WebSocketMessageType.Close)
        {
        }

        return (int?)socket.CloseStatus;
    }

    public void Dispose() => socket.Dispose();
}
