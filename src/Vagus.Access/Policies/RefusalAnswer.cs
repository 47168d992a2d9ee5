using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Vagus.Kernel;

namespace Vagus.Access.Policies;

/// <summary>A refusal as problem+json (RFC 9457) with its stable <c>code</c>.</summary>
public static class RefusalAnswer
{
    public static ProblemHttpResult ToProblem(this Refusal refusal) => TypedResults.Problem(
        detail: refusal.Message,
        statusCode: StatusOf(refusal.Kind),
        extensions: ExtensionsOf(refusal));

    private static Dictionary<string, object?> ExtensionsOf(Refusal refusal)
    {
        var extensions = new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = refusal.Code };
        foreach (var (name, value) in refusal.Details ?? Nothing) extensions[name] = value;
        return extensions;
    }

    private static readonly Dictionary<string, string> Nothing = [];

    public static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => StatusCodes.Status400BadRequest,
        RefusalKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.NotAcceptable => StatusCodes.Status406NotAcceptable,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.Gone => StatusCodes.Status410Gone,
        RefusalKind.PreconditionFailed => StatusCodes.Status412PreconditionFailed,
        RefusalKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        RefusalKind.Unsupported => StatusCodes.Status415UnsupportedMediaType,
        RefusalKind.Unprocessable => StatusCodes.Status422UnprocessableEntity,
        RefusalKind.TooMany => StatusCodes.Status429TooManyRequests,
        RefusalKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}

/// <summary>
/// Put on an endpoint that answers refusals in a form of its own (FHIR's OperationOutcome) when a caller is not admitted.
/// </summary>
public sealed record RefusalWriter(Func<HttpContext, Refusal, Task> Write);
