using System.Diagnostics;
using Microsoft.AspNetCore.Connections;
using Vagus.Access.Policies;
using Vagus.Kernel;

namespace Vagus.Server.Web;

/// <summary>
/// The one handler for what nobody expected. The answer says nothing of the cause; the log has the type and where, never the text of an
/// exception, which may quote what a client sent.
/// </summary>
internal sealed partial class LastResort(RequestDelegate next, ILogger<LastResort> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception gone) when (gone is ConnectionResetException
            || (gone is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            if (!context.Response.HasStarted) context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            // Kestrel would otherwise read on in a body whose read was broken off, and log that as an error.
            context.Abort();
        }
        catch (IOException bad) when (IsOfTheBody(bad))
        {
            var status = (bad as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
            await Answer(context, new Refusal(RefusalKind.Invalid, "bad_request", "The request could not be read."), status);
        }
        catch (Exception cause)
        {
            var trace = new StackTrace(cause, fNeedFileInfo: false).GetFrame(0)?.GetMethod();
            Log.Unexpected(
                logger, context.GetEndpoint()?.DisplayName ?? "", cause.GetType().Name, $"{trace?.DeclaringType?.FullName}.{trace?.Name}");
            await Answer(
                context,
                new Refusal(
                RefusalKind.Unavailable, "internal",
                "Something went wrong on the server. Nothing of this request was kept unless it was answered."),
                StatusCodes.Status500InternalServerError);
        }
    }

    /// <summary>
    /// What Kestrel throws below us it throws while it reads the body, and that is the client's fault: a chunk whose size is no number is a
    /// <see cref="BadHttpRequestException"/>, one whose size is too large a plain <see cref="IOException"/>, as that of a full disk is.
    /// </summary>
    private static bool IsOfTheBody(IOException cause) =>
        cause is BadHttpRequestException
        || new StackTrace(cause, fNeedFileInfo: false).GetFrames()
            .Select(frame => frame.GetMethod()?.DeclaringType?.Namespace)
            .Any(room => room?.StartsWith("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal) is true);

    private static async Task Answer(HttpContext context, Refusal refusal, int status)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = status;
        if (context.GetEndpoint()?.Metadata.GetMetadata<RefusalWriter>() is { } writer)
        {
            context.Response.OnStarting(() =>
            {
                context.Response.StatusCode = status;
                return Task.CompletedTask;
            });
            await writer.Write(context, refusal);
            return;
        }

        await Results.Problem(
            refusal.Message, statusCode: status, extensions: new Dictionary<string,
            object?>(StringComparer.Ordinal) { ["code"] = refusal.Code }).ExecuteAsync(context);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Endpoint} failed with {Cause} in {Place}")]
        public static partial void Unexpected(ILogger logger, string endpoint, string cause, string place);
    }
}
