using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vagus.Access.Tests.Files;

/// <summary>
/// A server that takes connections and says nothing, or, where it knows objects, stops in the middle of a body: it says what it is
/// given for the first line of a request, and leaves the connection open.
/// </summary>
internal sealed class SilentStore : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private readonly Func<string, string?> says;
    private readonly Task accepting;

    public SilentStore(Func<string, string?> says)
    {
        this.says = says;
        listener.Start();
        accepting = Accept();
    }

    /// <summary>The connection ends behind what is said to a request of this method.</summary>
    public string? BreaksOffBehind { get; init; }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await accepting;
        listener.Dispose();
        ended.Dispose();
    }

    private async Task Accept()
    {
        var lines = new List<Task>();
        try
        {
            while (true) lines.Add(Serve(await listener.AcceptTcpClientAsync(ended.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(lines);
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var connection = client;
        var buffer = new byte[64 * 1024];
        try
        {
            var stream = connection.GetStream();
            while (await stream.ReadAsync(buffer, ended.Token) is > 0 and var length)
            {
                var line = Encoding.ASCII.GetString(buffer, 0, length).Split("\r\n")[0];
                if (says(line) is { } answer) await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), ended.Token);
                if (BreaksOffBehind is { } method && line.StartsWith(method, StringComparison.Ordinal)) return;
            }
        }
        catch (Exception over) when (over is OperationCanceledException or IOException)
        {
            // The client has given up, or the test is over.
            return;
        }
    }
}
