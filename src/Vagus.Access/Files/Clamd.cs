using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vagus.Access.Files;

/// <summary>
/// A line to clamd: <c>INSTREAM</c> (clamd(8)), the content in chunks after their lengths, a chunk of no length, one line of answer. What
/// is not plainly "OK" is not clean: an error, a limit, a line that breaks.
/// </summary>
internal sealed class Clamd(Uri address, TimeProvider clock)
{
    private const int ChunkBytes = 64 * 1024;
    private const int LongestAnswer = 1024;
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    public async ValueTask<ClamdVerdict> Scan(Stream content, CancellationToken cancel)
    {
        try
        {
            using var socket = NewSocket();
            using var limit = new CancellationTokenSource(Silence, clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
            await socket.ConnectAsync(EndPoint(), both.Token);
            await using var line = new NetworkStream(socket, ownsSocket: false);
            await Send(line, content, limit, both.Token);
            return Read(await Answer(line, both.Token));
        }
        catch (Exception cause) when (
            cause is SocketException or IOException || (cause is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return ClamdVerdict.Unknown;
        }
    }

    /// <summary>It takes a connection and says so within seconds.</summary>
    public async ValueTask<bool> Answers(CancellationToken cancel)
    {
        try
        {
            using var socket = NewSocket();
            using var limit = new CancellationTokenSource(AnswersWithin, clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
            await socket.ConnectAsync(EndPoint(), both.Token);
            await using var line = new NetworkStream(socket, ownsSocket: false);
            await line.WriteAsync("zPING\0"u8.ToArray(), both.Token);
            return await Answer(line, both.Token) == "PONG";
        }
        catch (Exception cause) when (
            cause is SocketException or IOException || (cause is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return false;
        }
    }

    private static async ValueTask Send(Stream line, Stream content, CancellationTokenSource limit, CancellationToken cancel)
    {
        var chunk = new byte[sizeof(uint) + ChunkBytes];
        await line.WriteAsync("zINSTREAM\0"u8.ToArray(), cancel);
        int read;
        do
        {
            read = await content.ReadAsync(chunk.AsMemory(sizeof(uint)), cancel);
            BinaryPrimitives.WriteUInt32BigEndian(chunk, (uint)read);
            await line.WriteAsync(chunk.AsMemory(0, sizeof(uint) + read), cancel);
            limit.CancelAfter(Silence);
        }
        while (read > 0);
    }

    private static async ValueTask<string> Answer(Stream line, CancellationToken cancel)
    {
        var answer = new byte[LongestAnswer];
        var length = await line.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, cancel);
        return Encoding.ASCII.GetString(answer, 0, length).TrimEnd('\0', '\n');
    }

    private static ClamdVerdict Read(string answer)
    {
        if (answer == "stream: OK") return ClamdVerdict.Clean;
        return answer.StartsWith("stream: ", StringComparison.Ordinal) && answer.EndsWith(" FOUND", StringComparison.Ordinal)
            ? ClamdVerdict.Found : ClamdVerdict.Unknown;
    }

    private bool IsUnix => address.Scheme == "unix";

    private Socket NewSocket() => IsUnix
        ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);

    private EndPoint EndPoint() => IsUnix
        ? new UnixDomainSocketEndPoint(address.AbsolutePath) : new DnsEndPoint(address.Host, address.Port);
}

/// <summary>What clamd says.</summary>
internal enum ClamdVerdict
{
    /// <summary>It could not be asked, or gave up: the file is held and asked about again.</summary>
    Unknown,
    Clean,
    Found,
}
