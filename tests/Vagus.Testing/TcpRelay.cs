using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Vagus.Testing;

/// <summary>What becomes of bytes that a client sends through a <see cref="TcpRelay"/>.</summary>
public enum Passage
{
    On,

    /// <summary>They are lost, and the connection is cut.</summary>
    CutBefore,

    /// <summary>They arrive; the connection is cut when the server has answered, and the answer is lost.</summary>
    CutAfter,
}

/// <summary>
/// Stands between a client and a server on this machine, as the network does: a test holds up what passes, cuts the connections, makes
/// them slow, or cuts one at the bytes that it waits for.
/// </summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Line, bool> lines = new();
    private readonly CancellationTokenSource ended = new();
    private readonly int server;
    private readonly Task accepting;
    private volatile TaskCompletionSource? held;
    private volatile bool isCut;

    /// <param name="server">The port on 127.0.0.1 behind it.</param>
    public TcpRelay(int server)
    {
        this.server = server;
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = Accept();
    }

    public int Port { get; }

    /// <summary>Asked about each piece that a client sends.</summary>
    public Func<ReadOnlyMemory<byte>, Passage>? Judge { get; set; }

    /// <summary>How long each piece takes, in either direction.</summary>
    public TimeSpan Takes { get; set; }

    /// <summary>The same address with the port of the relay.</summary>
    public string Instead(string url) =>
        new UriBuilder(url) { Port = Port }.Uri.ToString().TrimEnd('/');

    /// <summary>Connections stay, and nothing passes: a network that swallows packets.</summary>
    public void Hold() => held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Every connection ends, with what was held up on it, and new ones end at once.</summary>
    public void Cut()
    {
        isCut = true;
        foreach (var line in lines.Keys) line.End();
        Resume();
    }

    /// <summary>What was held up passes.</summary>
    public void Resume()
    {
        var waiting = held;
        held = null;
        waiting?.TrySetResult();
    }

    /// <summary>New connections pass again.</summary>
    public void Mend() => isCut = false;

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        listener.Stop();
        Cut();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ended.Dispose();
    }

    private async Task Accept()
    {
        while (true)
        {
            var client = await listener.AcceptSocketAsync(ended.Token);
            if (isCut) client.Dispose();
            else _ = Serve(client);
        }
    }

    private async Task Serve(Socket client)
    {
        var behind = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        var line = new Line(this, client, behind);
        lines[line] = true;
        try
        {
            await behind.ConnectAsync(IPAddress.Loopback, server, ended.Token);
            await Task.WhenAny(line.Up(), line.Down());
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is not there, or the test is over.
        }
        finally
        {
            line.End();
            lines.TryRemove(line, out _);
        }
    }

    private sealed class Line(TcpRelay relay, Socket client, Socket server)
    {
        private volatile bool answerIsLost;

        public async Task Up()
        {
            var buffer = new byte[64 * 1024];
            while (await Read(client, buffer) is > 0 and var length)
            {
                var piece = buffer.AsMemory(0, length);
                var passage = relay.Judge?.Invoke(piece) ?? Passage.On;
                if (passage == Passage.CutBefore) return;
                answerIsLost |= passage == Passage.CutAfter;
                if (!await Send(server, piece)) return;
            }
        }

        public async Task Down()
        {
            var buffer = new byte[64 * 1024];
            while (await Read(server, buffer) is > 0 and var length)
            {
                if (answerIsLost || !await Send(client, buffer.AsMemory(0, length))) return;
            }
        }

        public void End()
        {
            client.Dispose();
            server.Dispose();
        }

        private async Task<int> Read(Socket from, byte[] buffer)
        {
            try
            {
                var length = await from.ReceiveAsync(buffer, SocketFlags.None);
                if (relay.Takes > TimeSpan.Zero) await Task.Delay(relay.Takes);
                while (relay.held is { } waiting) await waiting.Task;
                return length;
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                return 0;
            }
        }

        private static async Task<bool> Send(Socket to, ReadOnlyMemory<byte> piece)
        {
            try
            {
                while (piece.Length > 0) piece = piece[await to.SendAsync(piece, SocketFlags.None)..];
                return true;
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }
}
