using System.Net.WebSockets;
using System.Text;
using Vagus.Bench.Rounds;
using Vagus.Realtime.Tests;

namespace Vagus.Bench.LiveSearch;

/// <summary>A client of <c>/ws</c> that keeps searches open: the appointments of a practitioner by number, on one day and later.</summary>
internal sealed class Searcher : IAsyncDisposable
{
    /// <summary>Searches of one connection.</summary>
    public const int Most = 64;

    private readonly ClientWebSocket socket = new();
    private readonly SemaphoreSlim answered = new(0);
    private readonly SemaphoreSlim heard = new(0);
    private Task reading = Task.CompletedTask;

    public static async Task<Searcher> Open(LiveClinic clinic, SignedIn person)
    {
        var client = new Searcher();
        await client.socket.ConnectAsync(new UriBuilder(clinic.Address) { Scheme = "ws", Path = "/ws" }.Uri, CancellationToken.None);
        client.reading = client.Read();
        await client.Say($$$"""{"type":"authenticate","data":{"token":"{{{person.Token}}}"}}""");
        await client.answered.WaitAsync();
        return client;
    }

    public async Task Search(int first, int count)
    {
        for (var number = first; number < first + count; number++)
        {
            await Say($$$"""
                {"type":"subscribe","data":{"subscription_id":"s{{{number}}}",
                "search":"Appointment?practitioner=Practitioner/dr-{{{number}}}&date=ge2026-11-26&status=booked"}}
                """);
            await answered.WaitAsync();
        }
    }

    /// <summary>Waits for the next change of a search.</summary>
    public Task Heard() => heard.WaitAsync();

    public static string Appointment(string id, int other) => $$"""
        {"resourceType":"Appointment","id":"{{id}}","status":"booked","start":"2026-11-26T09:00:00Z","end":"2026-11-26T09:30:00Z",
        "participant":[{"actor":{"reference":"Practitioner/dr-0"},"status":"accepted"},
        {"actor":{"reference":"Practitioner/dr-{{other}}"},"status":"accepted"},{"actor":{"reference":"Patient/p1"},"status":"accepted"}]}
        """;

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        await reading;
        socket.Dispose();
    }

    private Task Say(string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private Task Read() => SocketMessages.Read(socket, message =>
    {
        var start = message.Span[..Math.Min(message.Length, 40)];
        if (start.IndexOf("search_changed"u8) >= 0) heard.Release();
        else if (start.IndexOf("subscribed"u8) >= 0 || start.IndexOf("welcome"u8) >= 0) answered.Release();
        else if (start.IndexOf("error"u8) >= 0) throw new InvalidOperationException(Encoding.UTF8.GetString(message.Span));
    });
}
