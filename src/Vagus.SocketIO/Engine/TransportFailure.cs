using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Vagus.SocketIO.Engine;

internal static class TransportFailure
{
    /// <summary>The other side, or the network, went away: the normal end of many connections, not a bug.</summary>
    internal static bool Is(Exception failure) => failure is IOException or SocketException or ObjectDisposedException
        or OperationCanceledException or ConnectionAbortedException or BadHttpRequestException;
}
