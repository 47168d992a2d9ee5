using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Vagus.Access.Audit;
using Vagus.SocketIO;

namespace Vagus.Realtime.Gateways.WebSocket;

/// <summary><c>/ws</c>: takes the connection over and reads it until it ends.</summary>
internal sealed partial class WebSocketEndpoint
{
    private readonly RealtimeOptions options;
    private readonly RealtimeMetrics metrics;
    private readonly WebSocketRequests requests;
    private readonly OpenSockets open;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private int connections;

    public WebSocketEndpoint(
        RealtimeOptions options,
        RealtimeMetrics metrics,
        WebSocketRequests requests,
        OpenSockets open,
        TimeProvider clock,
        ILogger<WebSocketEndpoint> logger)
    {
        (this.options, this.metrics, this.requests) = (options, metrics, requests);
        (this.open, this.clock, this.logger) = (open, clock, logger);
        metrics.ObserveWebSocketConnections(() => Volatile.Read(ref connections));
    }

    public async Task Serve(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers.Upgrade = "websocket";
            return;
        }

        // A page of another site must not be able to open a socket with what a browser sends by itself.
        if (!Origins.Allow(http.Request, options.AllowedOrigins))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        try
        {
            if (Interlocked.Increment(ref connections) > options.MaxRawConnections || open.IsDraining)
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            else await Run(http);
        }
        finally
        {
            Interlocked.Decrement(ref connections);
        }
    }

    private async Task Run(HttpContext http)
    {
        var shown = ShownCredential.Of(http.Request);
        var heartbeat = new WebSocketAcceptContext { KeepAliveInterval = options.HeartbeatInterval,
            KeepAliveTimeout = options.HeartbeatInterval, SubProtocol = shown?.SubProtocol };
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
            await requests.Serve(connection, shown);
            await connection.Finish();
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or IOException)
        {
            Log.Lost(logger, connection.Session?.ClientId ?? "", failure.GetType().Name);
        }
        finally
        {
            await gone.CancelAsync();
            open.Remove(connection);
            requests.Leave(connection);
            socket.Abort();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "The raw connection {Client} was lost: {Cause}")]
        public static partial void Lost(ILogger logger, string client, string cause);
    }
}
