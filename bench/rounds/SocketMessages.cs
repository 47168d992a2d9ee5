using System.Net.WebSockets;

namespace Vagus.Bench.Rounds;

/// <summary>The messages of a socket, one after the other, until it is closed.</summary>
internal static class SocketMessages
{
    public static async Task Read(ClientWebSocket socket, Action<ReadOnlyMemory<byte>> take)
    {
        var buffer = new byte[256 * 1024];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    length += part.Count;
                }
                while (!part.EndOfMessage);

                take(buffer.AsMemory(0, length));
            }
        }
        catch (Exception over) when (over is WebSocketException or OperationCanceledException)
        {
            // The line is closed when the benchmark is over.
        }
    }
}
