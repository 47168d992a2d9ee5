using Vagus.Access.Policies;
using Vagus.Kernel;

namespace Vagus.Server.Edge;

/// <summary>Answers 503 to a WebSocket that is one too many; Kestrel's own limit would end it as a failure of ours.</summary>
internal sealed class LimitSockets(RequestDelegate next, ServerOptions options)
{
    private static readonly Refusal Full = new(
        RefusalKind.Unavailable, "too_many_sockets", "This server holds as many sockets as it may. Try another or come again shortly.");

    private int open;

    public Task InvokeAsync(HttpContext context) => context.WebSockets.IsWebSocketRequest ? Count(context) : next(context);

    private async Task Count(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref open) <= options.Edge.Sockets)
            {
                await next(context);
                return;
            }

            context.Response.Headers.RetryAfter = "1";
            await Full.ToProblem().ExecuteAsync(context);
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }
}
