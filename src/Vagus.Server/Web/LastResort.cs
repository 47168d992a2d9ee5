using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Vagus.Access.Policies;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Files;

namespace Vagus.Server.Web;

/// <summary>
/// The one handler of unforeseen exceptions. The answer says nothing of the cause; the log has the type and where, never the text of an
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
        catch (DatabaseUnreachableException cause)
        {
            Log.Unreachable(logger, EndpointOf(context), cause.Code, TraceOf(context));
            await Answer(context, Unreachable, StatusCodes.Status503ServiceUnavailable);
        }
        catch (KeysUnavailableException cause)
        {
            Log.KeysUnavailable(logger, EndpointOf(context), cause.Provider, cause.Code, TraceOf(context));
            var seconds = Math.Max(1, (int)Math.Ceiling(cause.RetryAfter.TotalSeconds));
            await Answer(context, NoKeys, StatusCodes.Status503ServiceUnavailable, retryAfter: seconds);
        }
        catch (FilesUnreachableException cause)
        {
            Log.FilesUnreachable(logger, EndpointOf(context), cause.Code, TraceOf(context));
            await Answer(context, NoFiles, StatusCodes.Status503ServiceUnavailable, retryAfter: FilesRetrySeconds);
        }
        catch (Exception cause)
        {
            Log.Unexpected(logger, EndpointOf(context), FailureName.CauseOf(cause), FailureName.PlaceOf(cause), TraceOf(context));
            await Answer(
                context,
                new Refusal(
                RefusalKind.Unavailable, "internal",
                "Something went wrong on the server. Nothing of this request was kept unless it was answered."),
                StatusCodes.Status500InternalServerError);
        }
    }

    private static readonly Refusal Unreachable = new(
        RefusalKind.Unavailable, "database_unreachable", "The database cannot be reached. Try again shortly.");

    private const int FilesRetrySeconds = 5;

    private static readonly Refusal NoFiles = new(
        RefusalKind.Unavailable, "files_unreachable", "The store of files cannot be reached. Try again shortly.");

    private static readonly Refusal NoKeys = new(
        RefusalKind.Unavailable, "keys_unavailable", "The keys of this content cannot be reached. Try again shortly.");

    private static string EndpointOf(HttpContext context) => context.GetEndpoint()?.DisplayName ?? "";

    /// <summary>That of the answer's logs elsewhere: the W3C trace id, or the connection's own id where nothing traces.</summary>
    private static string TraceOf(HttpContext context) => Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;

    /// <summary>
    /// What Kestrel throws below us it throws while it reads the body, and that is the client's fault: a chunk whose size is no number is a
    /// <see cref="BadHttpRequestException"/>, one whose size is too large a plain <see cref="IOException"/>, as that of a full disk is.
    /// </summary>
    private static bool IsOfTheBody(IOException cause) =>
        cause is BadHttpRequestException
        || new StackTrace(cause, fNeedFileInfo: false).GetFrames()
            .Select(frame => frame.GetMethod()?.DeclaringType?.Namespace)
            .Any(room => room?.StartsWith("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal) is true);

    private static async Task Answer(HttpContext context, Refusal refusal, int status, int? retryAfter = null)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        SafeHeaders.Set(context);
        context.Response.StatusCode = status;
        if (retryAfter is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
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
        [LoggerMessage(1, LogLevel.Error, "{Endpoint} failed with {Cause} in {Place}, trace {TraceId}")]
        public static partial void Unexpected(ILogger logger, string endpoint, string cause, string place, string traceId);

        [LoggerMessage(3, LogLevel.Error, "{Endpoint} could not reach the root key of {Provider} ({Code}), trace {TraceId}")]
        public static partial void KeysUnavailable(ILogger logger, string endpoint, string provider, string code, string traceId);

        [LoggerMessage(4, LogLevel.Error, "{Endpoint} could not reach the store of files ({Code}), trace {TraceId}")]
        public static partial void FilesUnreachable(ILogger logger, string endpoint, string code, string traceId);

        [LoggerMessage(2, LogLevel.Warning, "{Endpoint} could not reach the database ({Code}), trace {TraceId}")]
        public static partial void Unreachable(ILogger logger, string endpoint, string code, string traceId);
    }
}
