using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.SocketIO;

namespace Vagus.Realtime.Gateways.WebSocket;

/// <summary>
/// Takes connections over as WebSockets, within limits, and sees each to its end: what all raw sockets of the server share.
/// </summary>
internal sealed partial class UpgradeWebSocket
{
    private readonly RealtimeOptions options;
    private readonly RealtimeMetrics metrics;
    private readonly OpenSockets open;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private int connections;

    public UpgradeWebSocket(
        RealtimeOptions options, RealtimeMetrics metrics, OpenSockets open, TimeProvider clock, ILogger<UpgradeWebSocket> logger)
    {
        (this.options, this.metrics) = (options, metrics);
        (this.open, this.clock, this.logger) = (open, clock, logger);
        metrics.ObserveWebSocketConnections(() => Volatile.Read(ref connections));
    }

    /// <param name="http">The request.</param>
    /// <param name="subProtocol">What is spoken; null: nothing is named.</param>
    /// <param name="use">Reads the connection until it ends.</param>
    /// <param name="further">Origins whose pages may open it beside those of the settings.</param>
    public async Task Serve(
        HttpContext http, string? subProtocol, Func<WebSocketConnection, Task> use, params IReadOnlyList<string> further)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers.Upgrade = "websocket";
            return;
        }

        // A page of another site must not be able to open a socket with what a browser sends by itself.
        if (!Origins.Allow(http.Request, [.. options.AllowedOrigins, .. further]))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        try
        {
            if (Interlocked.Increment(ref connections) > options.MaxRawConnections || open.IsDraining)
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            else await Run(http, subProtocol, use);
        }
        finally
        {
            Interlocked.Decrement(ref connections);
        }
    }

    private async Task Run(HttpContext http, string? subProtocol, Func<WebSocketConnection, Task> use)
    {
        var heartbeat = new WebSocketAcceptContext { KeepAliveInterval = options.HeartbeatInterval,
            KeepAliveTimeout = options.HeartbeatInterval, SubProtocol = subProtocol };
        using var socket = await http.WebSockets.AcceptWebSocketAsync(heartbeat);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var connection = new WebSocketConnection(
            socket, new OutgoingFrames(socket, options, metrics, clock), options, metrics, clock, gone.Token)
        {
            Origin = AuditOrigin.Of(http),
        };
        open.Add(connection);
        try
        {
            await use(connection);
            await connection.Finish();
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or IOException)
        {
            Log.Lost(logger, connection.Session?.ClientId ?? "", FailureName.Of(failure));
        }
        finally
        {
            await gone.CancelAsync();
            open.Remove(connection);
            connection.Share?.Dispose();
            socket.Abort();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "The raw connection {Client} was lost: {Cause}")]
        public static partial void Lost(ILogger logger, string client, string cause);
    }
}
