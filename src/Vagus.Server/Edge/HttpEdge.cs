using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Server.Web;

namespace Vagus.Server.Edge;

/// <summary>How Kestrel reads what comes from the network, and how much of it.</summary>
internal static class HttpEdge
{
    private const string StrictLines = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    public static void Limit(this IWebHostBuilder host, ServerOptions options)
    {
        // A line feed alone ends no line: a proxy that sees it otherwise would find another request in the same bytes (smuggling).
        AppContext.SetSwitch(StrictLines, isEnabled: true);
        host.ConfigureKestrel(kestrel => Limit(kestrel, options));
        host.UseSockets(sockets => sockets.CreateBoundListenSocket = BoundedSending.Listen);
    }

    /// <summary>What one request's body may have, by its path; an endpoint of its own mind says so in its metadata.</summary>
    public static Task LimitBody(HttpContext context, RequestDelegate next, ServerOptions options)
    {
        if (context.Request.Path.StartsWithSegments("/fhir", StringComparison.OrdinalIgnoreCase)
            && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = options.Fhir.BodyBytes;
        }

        return next(context);
    }

    /// <summary>
    /// A query with U+0000 is refused at every endpoint: no name or value has one, and PostgreSQL takes no text that does.
    /// </summary>
    public static Task RefuseNul(HttpContext context, RequestDelegate next)
    {
        if (context.Request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) != true) return next(context);
        return context.GetEndpoint()?.Metadata.GetMetadata<RefusalWriter>() is { } writer
            ? writer.Write(context, NulInQuery) : NulInQuery.ToProblem().ExecuteAsync(context);
    }

    private static readonly Refusal NulInQuery = new(RefusalKind.Invalid, "invalid_query", "The query holds U+0000.");

    private static void Limit(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = options.Edge.Connections;
        limits.MaxConcurrentUpgradedConnections = options.Edge.Sockets;
        limits.MaxRequestBodySize = options.Edge.BodyBytes;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.Http2.MaxStreamsPerConnection = 100;
        limits.Http2.MaxRequestHeaderFieldSize = 8 * 1024;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
    }
}
