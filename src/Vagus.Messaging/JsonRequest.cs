using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Kernel;

namespace Vagus.Messaging;

/// <summary>The JSON body of a request, read under a limit and strictly.</summary>
internal static class JsonRequest
{
    private const int MaxBytes = 64 * 1024;
    private static readonly JsonSerializerOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    public static async ValueTask<Result<JsonElement>> Read(HttpRequest request)
    {
        if (request.ContentLength > MaxBytes) return MessagingRefusals.BodyTooLarge;
        if (!request.HasJsonContentType()) return MessagingRefusals.NoJson;
        var buffer = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(
            buffer, buffer.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        return length > MaxBytes ? MessagingRefusals.BodyTooLarge : Parse(buffer.AsSpan(0, length));
    }

    public static async ValueTask<Result<RequestFields>> Fields(HttpRequest request, params string[] known)
    {
        var body = await Read(request);
        return body.Refusal is { } refusal ? refusal : RequestFields.Read(body.Value, known);
    }

    /// <summary>The same where a request may come without a body.</summary>
    public static async ValueTask<Result<RequestFields>> OptionalFields(HttpRequest request, params string[] known) =>
        request.ContentLength is null or 0 && !request.HasJsonContentType()
            ? RequestFields.Read(default, known) : await Fields(request, known);

    private static Result<JsonElement> Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var body = JsonSerializer.Deserialize<JsonElement>(utf8, Strict);
            // Half of a surrogate pair shows itself only when a text is read: here all of them are.
            return IsReadable(body) ? body : MessagingRefusals.BrokenText;
        }
        catch (JsonException)
        {
            return MessagingRefusals.NoJson;
        }
    }

    private static bool IsReadable(JsonElement json)
    {
        try
        {
            return AllTexts(json);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool AllTexts(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().All(field => field.Name.Length >= 0 && AllTexts(field.Value)),
        JsonValueKind.Array => json.EnumerateArray().All(AllTexts),
        JsonValueKind.String => json.GetString()?.Contains('\0', StringComparison.Ordinal) == false,
        _ => true,
    };
}
