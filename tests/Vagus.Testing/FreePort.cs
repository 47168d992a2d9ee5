using System.Net;
using System.Net.NetworkInformation;

namespace Vagus.Testing;

/// <summary>
/// A port that stays ours while its server is down: below the range from which the system takes ports for outgoing connections, and held by
/// a locked file against other test programs until this one ends.
/// </summary>
public static class FreePort
{
    private const int First = 20_000;
    private const int Count = 12_000;
    private static readonly List<FileStream> Held = [];
    private static int next = Environment.ProcessId * 7 % Count;

    public static int Take()
    {
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(end => end.Port).ToHashSet();
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (Interlocked.Increment(ref next) % Count);
            if (!listening.Contains(port) && TryHold(port)) return port;
        }

        throw new InvalidOperationException($"No port is free on {IPAddress.Loopback}.");
    }

    private static bool TryHold(int port)
    {
        try
        {
            var path = Path.Combine(Path.GetTempPath(), $"vagus-port-{port}");
            var file = new FileStream(
                path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            lock (Held) Held.Add(file);
            return true;
        }
        catch (IOException)
        {
            // Another program holds it.
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
