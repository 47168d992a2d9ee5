using Microsoft.AspNetCore.Http;

namespace Vagus.SocketIO.Engine;

/// <summary>The protocol's own errors: a number and a text, as JSON.</summary>
internal sealed record EngineError(int Code, string Message, int Status = StatusCodes.Status400BadRequest)
{
    internal static readonly EngineError UnknownTransport = new(0, "Transport unknown");
    internal static readonly EngineError UnknownSession = new(1, "Session ID unknown");
    internal static readonly EngineError BadMethod = new(2, "Bad handshake method");
    internal static readonly EngineError BadRequest = new(3, "Bad request");
    internal static readonly EngineError Forbidden = new(4, "Forbidden", StatusCodes.Status403Forbidden);
    internal static readonly EngineError UnsupportedVersion = new(5, "Unsupported protocol version");
    internal static readonly EngineError Busy = new(3, "Try again later", StatusCodes.Status503ServiceUnavailable);
    internal static readonly EngineError TooLarge = new(3, "Payload too large", StatusCodes.Status413PayloadTooLarge);
    internal static readonly EngineError WrongMethod = new(3, "Method not allowed", StatusCodes.Status405MethodNotAllowed);

    internal Task Write(HttpContext context)
    {
        context.Response.StatusCode = Status;
        if (Status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = "1";
        if (Status == StatusCodes.Status405MethodNotAllowed) context.Response.Headers.Allow = "GET, POST, OPTIONS";
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{"code":{{Code}},"message":"{{Message}}"}""", context.RequestAborted);
    }
}
