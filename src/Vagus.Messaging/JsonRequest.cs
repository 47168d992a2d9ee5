using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Access;
using Vagus.Kernel;

namespace Vagus.Messaging;

/// <summary>The JSON body of a request, read under a limit and strictly.</summary>
internal static class JsonRequest
{
    private static readonly SmallJson Body = new(maxBytes: 64 * 1024, maxDepth: 8)
    {
        NoJson = MessagingRefusals.NoJson, TooLarge = MessagingRefusals.BodyTooLarge, BrokenText = MessagingRefusals.BrokenText,
    };

    public static ValueTask<Result<JsonElement>> Read(HttpRequest request) => Body.Read(request, request.HttpContext.RequestAborted);

    public static ValueTask<Result<RequestFields>> Fields(HttpRequest request, params string[] known) =>
        Body.Fields(request, known, request.HttpContext.RequestAborted);

    /// <summary>The same where a request may come without a body.</summary>
    public static ValueTask<Result<RequestFields>> OptionalFields(HttpRequest request, params string[] known) =>
        Body.OptionalFields(request, known, request.HttpContext.RequestAborted);
}
