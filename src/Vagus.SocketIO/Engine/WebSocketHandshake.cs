using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Vagus.SocketIO.Engine;

/// <summary>The opening of a WebSocket: RFC 6455 over HTTP/1.1, RFC 8441 (extended CONNECT) over HTTP/2.</summary>
internal static class WebSocketHandshake
{
    internal static bool IsWanted(HttpContext context) => IsHttp1(context) || IsHttp2(context);

    internal static bool IsValid(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.SecWebSocketVersion.ToString() != "13") return false;
        if (IsHttp2(context)) return true;

        Span<byte> key = stackalloc byte[24];
        return Convert.TryFromBase64String(headers.SecWebSocketKey.ToString(), key, out var length) && length == 16;
    }

    internal static async Task<WebSocketLink> Accept(HttpContext context, EngineOptions options)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } extended)
        {
            return new WebSocketLink(context, await extended.AcceptAsync(), socket: null, options);
        }
        var headers = context.Response.Headers;
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = AcceptKey(context.Request.Headers.SecWebSocketKey.ToString());
        var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        return new WebSocketLink(context, stream, PlainSocket(context, options), options);
    }

    /// <summary>The connection's own socket, where the bytes on it are ours to write: no TLS in between.</summary>
    private static System.Net.Sockets.Socket? PlainSocket(HttpContext context, EngineOptions options)
    {
        if (!options.DirectWrites || context.Request.IsHttps || context.Features.Get<ITlsConnectionFeature>() is not null) return null;

        return context.Features.Get<IConnectionSocketFeature>()?.Socket;
    }

    private static bool IsHttp1(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        && HttpMethods.IsGet(context.Request.Method)
        && string.Equals(context.Request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase);

    private static bool IsHttp2(HttpContext context) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" };

    private static string AcceptKey(string key)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        // The protocol prescribes SHA-1 and this constant; it proves that the server speaks WebSocket and nothing else.
#pragma warning disable CA5350
        SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"), hash);
#pragma warning restore CA5350
        return Convert.ToBase64String(hash);
    }
}
