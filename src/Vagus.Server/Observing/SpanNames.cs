using System.Diagnostics;

namespace Vagus.Server.Observing;

/// <summary>
/// Takes from a request's span what names a person's record: the path holds ids of patients, the query holds what was searched for. The
/// route says which door it was.
/// </summary>
internal static class SpanNames
{
    private static readonly string[] Naming = ["url.path", "url.query", "url.full", "client.address", "user_agent.original"];

    public static void Generalize(Activity span, HttpContext context)
    {
        foreach (var tag in Naming) span.SetTag(tag, null);
        if (context.GetEndpoint() is RouteEndpoint route) span.SetTag("http.route", route.RoutePattern.RawText);
    }
}
