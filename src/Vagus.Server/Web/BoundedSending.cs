using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Vagus.Server.Web;

/// <summary>
/// Bounds what the system buffers on the way to one client. Left alone, Linux grows the buffer to megabytes and reports room only when
/// a third of it is free: a reader of 60 KB/s then seems to take nothing for longer than the live gateways' SendTimeout, and is cut.
/// </summary>
internal static class BoundedSending
{
    /// <summary>
    /// Linux doubles it for its own bookkeeping. A step of progress is then under 200 KB: 3 s at 60 KB/s. It still fills a line of 20
    /// Mbit/s with 100 ms of delay.
    /// </summary>
    private const int SendBufferBytes = 256 * 1024;

    /// <summary>Accepted connections inherit the buffer of the socket that listens.</summary>
    public static Socket Listen(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        socket.SendBufferSize = SendBufferBytes;
        return socket;
    }
}
