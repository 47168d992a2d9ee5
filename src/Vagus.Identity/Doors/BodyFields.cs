using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Access;
using Vagus.Kernel;

namespace Vagus.Identity.Doors;

/// <summary>The fields of a small JSON body, read strictly: a field that is not known is refused by name.</summary>
internal static class BodyFields
{
    private static readonly SmallJson Body = new(JsonBody.MaxBytes, maxDepth: 6)
    {
        NoJson = Refusals.InvalidRequest, TooLarge = Refusals.TooLarge, BrokenText = Refusals.InvalidRequest,
    };

    public static async ValueTask<Result<RequestFields>> Read(HttpRequest request, string[] known, CancellationToken cancel)
    {
        var body = await Body.Read(request, cancel);
        return body.Refusal is { } refusal ? refusal : RequestFields.Read(body.Value, known);
    }

    /// <summary>A text that may be absent: null then.</summary>
    public static Result<string?> TextOrNone(this RequestFields fields, string name, int atMost = 254)
    {
        if (!fields.Has(name)) return (string?)null;
        var text = fields.Text(name, atMost);
        return text.Refusal is { } refusal ? refusal : text.Value;
    }

    /// <summary>An instant with its offset (ISO 8601) that may be absent: null then.</summary>
    public static Result<DateTimeOffset?> InstantOrNone(this RequestFields fields, string name)
    {
        if (!fields.Has(name)) return (DateTimeOffset?)null;
        var text = fields.Text(name);
        if (text.Refusal is { } refusal) return refusal;
        return JsonSerializer.Deserialize<JsonElement>(JsonSerializer.SerializeToUtf8Bytes(text.Value)).TryGetDateTimeOffset(out var at)
            ? at : FieldRefusals.Wrong(name, "an instant such as 2026-11-26T09:00:00Z");
    }
}
