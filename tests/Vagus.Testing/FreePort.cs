using System.Net;
using System.Net.NetworkInformation;

namespace Vagus.Testing;

/// <summary>
/// A port that stays ours while its server is down: below the range from which the system takes ports for outgoing connections.
/// </summary>
public static class FreePort
{
    private const int First = 20_000;
    private const int Count = 12_000;
    private static int next = Environment.ProcessId * 7 % Count;

    public static int Take()
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(end => end.Port).ToHashSet();
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (Interlocked.Increment(ref next) % Count);
            if (!taken.Contains(port)) return port;
        }

        throw new InvalidOperationException($"No port is free on {IPAddress.Loopback}.");
    }
}
