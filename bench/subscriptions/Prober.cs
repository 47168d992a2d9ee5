using System.Net.WebSockets;
using System.Text;
using Vagus.Bench.Rounds;

namespace Vagus.Bench.Subscriptions;

/// <summary>A client of <c>/ws/fhir</c> that counts the events that it is told.</summary>
internal sealed class Prober : IAsyncDisposable
{
    private readonly ClientWebSocket socket = new();
    private readonly SemaphoreSlim heard = new(0);
    private readonly TaskCompletionSource bound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task reading = Task.CompletedTask;

    public static async Task<Prober> Open(Uri server, string token)
    {
        var prober = new Prober();
        await prober.socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/ws/fhir" }.Uri, CancellationToken.None);
        prober.reading = prober.Read();
        await prober.socket.SendAsync(
            Encoding.UTF8.GetBytes($"bind-with-token {token}"), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        await prober.bound.Task;
        return prober;
    }

    /// <summary>Waits for the next event.</summary>
    public Task Heard() => heard.WaitAsync();

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        await reading;
        socket.Dispose();
    }

    private Task Read() => SocketMessages.Read(socket, message =>
    {
        if (message.Span.IndexOf("\"handshake\""u8) >= 0) bound.TrySetResult();
        var events = CountOf(message.Span, "\"event-number\""u8);
        if (events > 0) heard.Release(events);
    });

    private static int CountOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word)
    {
        var count = 0;
        for (var at = text.IndexOf(word); at >= 0; at = text.IndexOf(word))
        {
            count++;
            text = text[(at + word.Length)..];
        }

        return count;
    }
}
