namespace Vagus.Server.Observing;

/// <summary>Counts the answers that are a refusal. Each kind of refusal has one status (RefusalAnswer in Vagus.Access).</summary>
internal sealed class CountRefusals(RequestDelegate next, RefusalMetrics metrics)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (context.Response.StatusCode >= StatusCodes.Status400BadRequest)
            metrics.Refused(KindOf(context.Response.StatusCode), DoorOf(context.Request.Path));
    }

    private static string KindOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "Invalid",
        StatusCodes.Status401Unauthorized => "Unauthenticated",
        StatusCodes.Status403Forbidden => "Forbidden",
        StatusCodes.Status404NotFound => "NotFound",
        StatusCodes.Status406NotAcceptable => "NotAcceptable",
        StatusCodes.Status409Conflict => "Conflict",
        StatusCodes.Status410Gone => "Gone",
        StatusCodes.Status412PreconditionFailed => "PreconditionFailed",
        StatusCodes.Status413PayloadTooLarge => "TooLarge",
        StatusCodes.Status415UnsupportedMediaType => "Unsupported",
        StatusCodes.Status422UnprocessableEntity => "Unprocessable",
        StatusCodes.Status429TooManyRequests => "TooMany",
        StatusCodes.Status503ServiceUnavailable => "Unavailable",
        StatusCodes.Status499ClientClosedRequest => "ClientGone",
        < StatusCodes.Status500InternalServerError => "OtherClientError",
        _ => "Failed",
    };

    private static string DoorOf(PathString path) =>
        path.StartsWithSegments("/fhir", StringComparison.OrdinalIgnoreCase) ? "fhir"
        : path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) ? "api" : "other";
}
