using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Access;
using Vagus.Kernel;

namespace Vagus.Care.Requests;

/// <summary>The fields of a small JSON body, read strictly: a field that is not known is refused by name.</summary>
internal static class BodyFields
{
    private const int MaxBytes = 16 * 1024;

    private static readonly SmallJson Body = new(MaxBytes, maxDepth: 6)
    {
        NoJson = new Refusal(RefusalKind.Invalid, "invalid_request", "Send one object as application/json."),
        TooLarge = new Refusal(RefusalKind.TooLarge, "too_large", $"The body has at most {MaxBytes} bytes."),
        BrokenText = new Refusal(RefusalKind.Invalid, "invalid_request", "A text holds U+0000 or half of a surrogate pair."),
    };

    /// <summary>An absent body is an object without fields.</summary>
    public static async ValueTask<Result<RequestFields>> Read(HttpRequest request, string[] known, CancellationToken cancel)
    {
        var body = await Body.ReadOptional(request, cancel);
        return body.Refusal is { } refusal ? refusal : RequestFields.Read(body.Value, known);
    }

    /// <summary>An instant with its offset (ISO 8601).</summary>
    public static Result<DateTimeOffset> Instant(this RequestFields fields, string name)
    {
        var text = fields.Text(name);
        if (text.Refusal is { } refusal) return refusal;
        return JsonElement.Parse(JsonSerializer.Serialize(text.Value)).TryGetDateTimeOffset(out var at)
            ? at : FieldRefusals.Wrong(name, "an instant such as 2026-11-26T09:00:00Z");
    }
}
