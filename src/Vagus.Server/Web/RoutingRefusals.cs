using Microsoft.AspNetCore.Diagnostics;
using Vagus.Kernel;

namespace Vagus.Server.Web;

/// <summary>
/// A method or a media type that an address below /api does not take: routing refuses it without a word, and clients expect the problem
/// that every other refusal there is.
/// </summary>
internal static class RoutingRefusals
{
    public static void UseRoutingRefusals(this WebApplication app) => app.UseWhen(
        context => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase),
        doors => doors.UseStatusCodePages(Tell));

    private static Task Tell(StatusCodeContext answer) => answer.HttpContext.Response.StatusCode switch
    {
        StatusCodes.Status405MethodNotAllowed => Write(answer.HttpContext, NoMethod),
        StatusCodes.Status415UnsupportedMediaType => Write(answer.HttpContext, NoMedia),
        _ => Task.CompletedTask,
    };

    private static Task Write(HttpContext context, Refusal refusal) => Results.Problem(
        refusal.Message, statusCode: context.Response.StatusCode,
        extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = refusal.Code }).ExecuteAsync(context);

    private static readonly Refusal NoMethod = new(
        RefusalKind.Unsupported, "method_not_allowed", "This address does not take the method; Allow names those that it takes.");

    private static readonly Refusal NoMedia = new(
        RefusalKind.Unsupported, "unsupported_media_type", "This address does not take a body of this media type.");
}
