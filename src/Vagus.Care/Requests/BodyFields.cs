using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Kernel;

namespace Vagus.Care.Requests;

/// <summary>The fields of a small JSON body, read strictly: a field that is not known is refused by name.</summary>
internal static class BodyFields
{
    private const int MaxBytes = 16 * 1024;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 6 };

    /// <summary>An absent body is an object without fields.</summary>
    public static async ValueTask<Result<RequestFields>> Read(HttpRequest request, string[] known, CancellationToken cancel)
    {
        var body = await ReadBody(request, cancel);
        return body.Refusal is { } refusal ? refusal : RequestFields.Read(body.Value, known);
    }

    /// <summary>A text that may be absent: null then.</summary>
    public static Result<string?> TextOrNone(this RequestFields fields, string name, int atMost)
    {
        if (!fields.Has(name)) return (string?)null;
        var text = fields.Text(name, atMost);
        return text.Refusal is { } refusal ? refusal : text.Value;
    }

    /// <summary>An instant with its offset (ISO 8601).</summary>
    public static Result<DateTimeOffset> Instant(this RequestFields fields, string name)
    {
        var text = fields.Text(name);
        if (text.Refusal is { } refusal) return refusal;
        return JsonElement.Parse(JsonSerializer.Serialize(text.Value)).TryGetDateTimeOffset(out var at)
            ? at : FieldRefusals.Wrong(name, "an instant such as 2026-11-26T09:00:00Z");
    }

    private static async ValueTask<Result<JsonElement>> ReadBody(HttpRequest request, CancellationToken cancel)
    {
        var buffer = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        if (length > MaxBytes) return TooLarge;
        if (length == 0) return default(JsonElement);
        if (!request.HasJsonContentType()) return NoJson;
        try
        {
            using var document = JsonDocument.Parse(buffer.AsMemory(0, length), Strict);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return NoJson;
        }
    }

    private static readonly Refusal NoJson = new(RefusalKind.Invalid, "invalid_request", "Send one object as application/json.");

    private static readonly Refusal TooLarge = new(RefusalKind.TooLarge, "too_large", $"The body has at most {MaxBytes} bytes.");
}
