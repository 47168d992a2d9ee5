using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Vagus.Testing;

/// <summary>Speaks clamd's INSTREAM and knows one virus, EICAR's test file.</summary>
public sealed class FakeClamd : IAsyncDisposable
{
    // In two pieces, so that this file is none.
    public static readonly byte[] Eicar =
        Encoding.ASCII.GetBytes(@"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD" + "-ANTIVIRUS-TEST-FILE!$H+H*");

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Task serving;

    public FakeClamd()
    {
        listener.Start();
        serving = Serve();
    }

    public Uri Address => new($"tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>True: connections are closed without an answer.</summary>
    public bool IsAway { get; set; }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await ((Task)serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Serve()
    {
        while (true)
        {
            using var client = await listener.AcceptTcpClientAsync();
            if (!IsAway) await Answer(client.GetStream());
        }
    }

    private static async Task Answer(NetworkStream line)
    {
        var command = new byte["zINSTREAM\0"u8.Length];
        await line.ReadExactlyAsync(command);
        Assert.Equal("zINSTREAM\0"u8.ToArray(), command);
        var content = new MemoryStream();
        var length = new byte[4];
        while (true)
        {
            await line.ReadExactlyAsync(length);
            var bytes = new byte[BinaryPrimitives.ReadUInt32BigEndian(length)];
            if (bytes.Length == 0) break;
            await line.ReadExactlyAsync(bytes);
            content.Write(bytes);
        }

        var found = content.ToArray().AsSpan().IndexOf(Eicar) >= 0;
        await line.WriteAsync(Encoding.ASCII.GetBytes(found ? "stream: Eicar-Test-Signature FOUND\0" : "stream: OK\0"));
    }
}
