using System.Buffers;
using System.IO.Compression;
using System.Text.Unicode;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Vagus.SocketIO.Engine;

/// <summary>The two requests of long polling: the client's GET fetches, its POST brings.</summary>
internal static class PollingTransport
{
    private static readonly TimeSpan AbortGrace = TimeSpan.FromMilliseconds(100);

    internal static async Task Poll(HttpContext context, EngineSession session, PollingState polling)
    {
        var start = polling.Begin();
        var body = start.Body;
        if (start.IsSecond)
        {
            // Requests on two connections may be seen in the other order than they were made; a given-up one shows in a moment.
            await Task.Delay(AbortGrace, session.Host.Clock, CancellationToken.None);
            polling.EndSecond(context.RequestAborted.IsCancellationRequested);
        }
        else if (start.Wait is { } wait)
        {
            using var aborted = context.RequestAborted.UnsafeRegister(
                static state =>
                {
                    var (owner, poll) = ((PollingState, PollWait))state!;
                    owner.Abort(poll);
                },
                (polling, wait));
            body = await wait.Answer;
        }
        if (body is null)
        {
            await (start.IsOver ? EngineError.UnknownSession : EngineError.BadRequest).Write(context);
            return;
        }
        polling.BeginAnswer();
        try
        {
            await Write(context, body, session.Options);
        }
        catch (Exception failure) when (TransportFailure.Is(failure))
        {
            // The packets of this answer are lost, and an event must not be lost silently: the client has to come back.
            session.Finish(DisconnectReason.TransportFailed);
        }
        finally
        {
            polling.EndAnswer();
        }
    }

    internal static async Task Post(HttpContext context, EngineSession session, PollingState polling)
    {
        if (polling.BeginPost() is { } refusal)
        {
            await refusal.Write(context);
            return;
        }
        try
        {
            await Receive(context, session);
        }
        catch (Exception failure) when (TransportFailure.Is(failure))
        {
            session.Finish(DisconnectReason.TransportFailed);
            await EndBroken(context, failure);
        }
        finally
        {
            polling.EndPost();
        }
    }

    /// <summary>
    /// Answers a client that is still there. Where it went away the connection is given up: the server would otherwise read on in a body
    /// whose read was broken off, and log that as an error.
    /// </summary>
    private static async ValueTask EndBroken(HttpContext context, Exception failure)
    {
        var isGone = failure is (not IOException) or ConnectionResetException || context.RequestAborted.IsCancellationRequested;
        if (isGone || context.Response.HasStarted) context.Abort();
        else await EngineError.BadRequest.Write(context);
    }

    internal static async Task Write(HttpContext context, byte[] body, EngineOptions options)
    {
        var response = context.Response;
        response.ContentType = "text/plain; charset=UTF-8";
        response.Headers.CacheControl = "no-store";
        if (!options.CompressPolling || body.Length < options.CompressionThreshold || !AcceptsGzip(context))
        {
            response.ContentLength = body.Length;
            await response.Body.WriteAsync(body, context.RequestAborted);
            return;
        }
        response.Headers.ContentEncoding = "gzip";
        response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
        await gzip.WriteAsync(body, context.RequestAborted);
    }

    private static async Task Receive(HttpContext context, EngineSession session)
    {
        if (context.Request.ContentType?.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase) == true)
        {
            session.Finish(DisconnectReason.ProtocolError);
            await EngineError.BadRequest.Write(context);
            return;
        }
        var (buffer, length) = await ReadBody(context, session.Options.MaxPayload);
        try
        {
            if (length < 0)
            {
                await EngineError.TooLarge.Write(context);
                return;
            }
            if (!await Deliver(session, buffer.AsMemory(0, length)))
            {
                await EngineError.BadRequest.Write(context);
                return;
            }
            context.Response.ContentType = "text/html";
            context.Response.Headers.CacheControl = "no-store";
            context.Response.ContentLength = 2;
            await context.Response.Body.WriteAsync("ok"u8.ToArray(), context.RequestAborted);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>False when the body was refused as a whole; a body that goes wrong later closes the session but was received.</summary>
    private static async ValueTask<bool> Deliver(EngineSession session, ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
        {
            session.Violated();
            return false;
        }
        for (var first = true; ; first = false)
        {
            var end = body.Span.IndexOf(PollingPayload.Separator);
            var packet = end < 0 ? body : body[..end];
            if (!await DeliverPacket(session, packet)) return !first || packet.Span is [(byte)'1' or (byte)'4', ..];
            if (end < 0) return true;

            body = body[(end + 1)..];
        }
    }

    private static ValueTask<bool> DeliverPacket(EngineSession session, ReadOnlyMemory<byte> packet)
    {
        if (packet.Span is not [(byte)'b', ..]) return session.Accept(packet);
        if (PollingPayload.ReadBinary(packet.Span[1..]) is { } binary) return session.AcceptBinary(binary);

        session.Violated();
        return ValueTask.FromResult(false);
    }

    private static async Task<(byte[] Buffer, int Length)> ReadBody(HttpContext context, int limit)
    {
        if (context.Request.ContentLength > limit) return ([], -1);

        var buffer = ArrayPool<byte>.Shared.Rent((int)(context.Request.ContentLength ?? 4_096) + 1);
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(length * 2);
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
            var read = await context.Request.Body.ReadAsync(buffer.AsMemory(length), context.RequestAborted);
            length += read;
            if (read == 0) return (buffer, length);
            if (length > limit) return (buffer, -1);
        }
    }

    private static bool AcceptsGzip(HttpContext context) =>
        context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
}
