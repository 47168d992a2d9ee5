using System.Collections.Frozen;

namespace Vagus.Server.Web;

/// <summary>
/// Refuses requests for a host that is not this server: a page whose name was made to lead here (DNS rebinding) would otherwise be of our
/// own origin. Behind the forwarded headers, before everything that asks for the host.
/// </summary>
internal sealed class KnownHosts(RequestDelegate next, FrozenSet<string> hosts)
{
    private static readonly PathString Health = "/health";

    public Task InvokeAsync(HttpContext context)
    {
        // Probes name the machine or container that they ask; the answer holds no data.
        var request = context.Request;
        if (hosts.Contains(request.Host.Host) || request.Path.StartsWithSegments(Health, StringComparison.OrdinalIgnoreCase))
            return next(context);
        return TypedResults.Problem(
            "This server does not serve the host that was asked for.",
            statusCode: StatusCodes.Status421MisdirectedRequest,
            extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = "unknown_host" }).ExecuteAsync(context);
    }
}
