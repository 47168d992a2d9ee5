using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Vagus.EndToEnd.Tests.Running;

namespace Vagus.Bench.Hospital;

/// <summary>A request of the day; <paramref name="Reference"/> names what it writes, where screens are to show it.</summary>
internal sealed record Order(HttpMethod Method, string Path, string Body, string? Reference);

/// <summary>A write: at which node, when it was sent and when it was answered, in ticks of the system's clock.</summary>
internal sealed record Sent(int Node, long At)
{
    /// <summary>0 where the answer was lost or was a refusal.</summary>
    public long Answered { get; set; }
}

/// <summary>
/// Writes at a pace, whatever the answers take, at all nodes in turn; a node that is down is left out. Records come from a service account,
/// messages from a nurse.
/// </summary>
internal sealed class Writers : IDisposable
{
    private const int AtOnce = 512;
    private readonly Place place;
    private readonly List<(HttpClient Records, HttpClient Messages)> clients;
    private readonly SemaphoreSlim room = new(AtOnce);
    private int failed;
    private int lost;

    private Writers(Place place, List<(HttpClient Records, HttpClient Messages)> clients) => (this.place, this.clients) = (place, clients);

    /// <summary>What was sent since the last <see cref="Clear"/>, by the reference that it wrote.</summary>
    public ConcurrentDictionary<string, Sent> Writes { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers that refuse.</summary>
    public int Failed => failed;

    /// <summary>The first of them; null where there is none.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Requests whose answer was lost with a node.</summary>
    public int Lost => lost;

    public static async Task<Writers> Open(Place place)
    {
        var clients = new List<(HttpClient, HttpClient)>();
        foreach (var node in place.Nodes) clients.Add((await As(node, "service"), await As(node, "nurse")));
        return new Writers(place, clients);
    }

    public void Clear()
    {
        Writes.Clear();
        (failed, lost, Refusal) = (0, 0, null);
    }

    /// <summary>Answers how far the last request was sent behind its time.</summary>
    public async Task<TimeSpan> Run(Func<int, Order> orderOf, int first, double perSecond, TimeSpan length)
    {
        var began = TimeProvider.System.GetTimestamp();
        var writes = new List<Task>();
        var behind = TimeSpan.Zero;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        var count = (int)(perSecond * length.TotalSeconds);
        while (writes.Count < count)
        {
            var due = Math.Min(count, TimeProvider.System.GetElapsedTime(began).TotalSeconds * perSecond);
            while (writes.Count < due)
            {
                await room.WaitAsync();
                behind = TimeProvider.System.GetElapsedTime(began) - TimeSpan.FromSeconds(writes.Count / perSecond);
                writes.Add(Write(orderOf(first + writes.Count), NodeFor(writes.Count)));
            }

            await timer.WaitForNextTickAsync();
        }

        await Task.WhenAll(writes);
        return behind;
    }

    /// <summary>One after the other, each of which has to succeed.</summary>
    public async Task Prepare(IEnumerable<Order> orders)
    {
        foreach (var order in orders)
        {
            using var answer = await ClientOf(order, node: 0).SendAsync(Request(order));
            if (!answer.IsSuccessStatusCode)
                throw new InvalidOperationException($"{order.Path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }

    public void Dispose()
    {
        foreach (var (records, messages) in clients)
        {
            records.Dispose();
            messages.Dispose();
        }

        room.Dispose();
    }

    private static async Task<HttpClient> As(RunningServer node, string role)
    {
        using var author = node.SignIn(role);
        var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = new Uri(node.Url) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await author.Token());
        return client;
    }

    private HttpClient ClientOf(Order order, int node) => IsRecord(order) ? clients[node].Records : clients[node].Messages;

    private static bool IsRecord(Order order) => order.Path.StartsWith("/fhir", StringComparison.Ordinal);

    private int NodeFor(int number)
    {
        for (var tries = 0; tries < clients.Count; tries++)
        {
            var node = (number + tries) % clients.Count;
            if (place.Nodes[node].Up.IsCompletedSuccessfully) return node;
        }

        return 0;
    }

    private async Task Write(Order order, int node)
    {
        var sent = new Sent(node, TimeProvider.System.GetTimestamp());
        if (order.Reference is { } reference) Writes[reference] = sent;
        try
        {
            using var answer = await ClientOf(order, node).SendAsync(Request(order));
            if (answer.IsSuccessStatusCode) sent.Answered = TimeProvider.System.GetTimestamp();
            else await Refused(order, answer);
        }
        catch (Exception cut) when (cut is HttpRequestException or TaskCanceledException or IOException)
        {
            Interlocked.Increment(ref lost);
        }
        finally
        {
            room.Release();
        }
    }

    private async Task Refused(Order order, HttpResponseMessage answer)
    {
        Interlocked.Increment(ref failed);
        Refusal ??= $"{order.Method} {order.Path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    private static HttpRequestMessage Request(Order order) => new(order.Method, new Uri(order.Path, UriKind.Relative))
    {
        Content = new StringContent(order.Body, new MediaTypeHeaderValue(IsRecord(order) ? "application/fhir+json" : "application/json")),
    };
}
