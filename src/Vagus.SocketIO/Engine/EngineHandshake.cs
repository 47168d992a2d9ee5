using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Extensions.Primitives;

namespace Vagus.SocketIO.Engine;

/// <summary>What is kept of the request that opened a connection. A polling request ends, so its headers are copied.</summary>
internal sealed class EngineHandshake
{
    private readonly IHeaderDictionary? _live;
    private readonly KeyValuePair<string, StringValues>[] _copied = [];

    private EngineHandshake(HttpContext context, DateTimeOffset at, bool outlivesRequest)
    {
        var request = context.Request;
        if (outlivesRequest) _copied = [.. request.Headers];
        else _live = request.Headers;
        QueryText = request.QueryString.Value ?? "";
        RemoteAddress = context.Connection.RemoteIpAddress;
        Secure = request.IsHttps;
        // Asking the context for its user would make one for every anonymous connection.
        User = context.Features.Get<IHttpAuthenticationFeature>()?.User;
        At = at;
    }

    internal bool IsPolling => _live is null;

    internal IHeaderDictionary Headers => _live ?? new HeaderDictionary(_copied.ToDictionary(StringComparer.OrdinalIgnoreCase));

    internal IQueryCollection Query => new QueryCollection(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(QueryText));

    internal string QueryText { get; }

    internal IPAddress? RemoteAddress { get; }

    internal bool Secure { get; }

    internal ClaimsPrincipal? User { get; }

    internal DateTimeOffset At { get; }

    internal static EngineHandshake OfPolling(HttpContext context, DateTimeOffset at) => new(context, at, outlivesRequest: true);

    internal static EngineHandshake OfWebSocket(HttpContext context, DateTimeOffset at) => new(context, at, outlivesRequest: false);
}
