using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Vagus.Kernel;

namespace Vagus.Access;

/// <summary>
/// The small JSON body of a request, read whole under limits that hold for every transport, and strictly: a name stands once, every text
/// can be read and kept. What reads its fields afterwards cannot fail.
/// </summary>
/// <param name="maxBytes">One byte more is <see cref="TooLarge"/>.</param>
/// <param name="maxDepth">How deep arrays and objects may nest.</param>
public sealed class SmallJson(int maxBytes, int maxDepth)
{
    private readonly JsonDocumentOptions strict = new() { AllowDuplicateProperties = false, MaxDepth = maxDepth };

    public required Refusal TooLarge { get; init; }

    /// <summary>The body is no JSON, or is not said to be.</summary>
    public required Refusal NoJson { get; init; }

    /// <summary>A text holds U+0000 or half of a surrogate pair.</summary>
    public required Refusal BrokenText { get; init; }

    /// <summary>With the refusals of doors that have no words of their own.</summary>
    public static SmallJson Plain(int maxBytes, int maxDepth) => new(maxBytes, maxDepth)
    {
        NoJson = new Refusal(RefusalKind.Invalid, "invalid_request", "Send one object as application/json."),
        TooLarge = new Refusal(RefusalKind.TooLarge, "too_large", $"The body has at most {maxBytes} bytes."),
        BrokenText = new Refusal(RefusalKind.Invalid, "invalid_request", "A text holds U+0000 or half of a surrogate pair."),
    };

    /// <summary>The fields of an object: one that is not known is refused by name.</summary>
    public async ValueTask<Result<RequestFields>> Fields(HttpRequest request, string[] known, CancellationToken cancel)
    {
        var body = await Read(request, cancel);
        return body.Refusal is { } refusal ? refusal : RequestFields.Read(body.Value, known);
    }

    /// <summary>The same where a request may come without a body: an object without fields then.</summary>
    public async ValueTask<Result<RequestFields>> OptionalFields(HttpRequest request, string[] known, CancellationToken cancel)
    {
        var body = await ReadOptional(request, cancel);
        return body.Refusal is { } refusal ? refusal : RequestFields.Read(body.Value, known);
    }

    public ValueTask<Result<JsonElement>> Read(HttpRequest request, CancellationToken cancel) => Read(request, isOptional: false, cancel);

    /// <summary>The same where a request may come without a body: undefined then.</summary>
    public ValueTask<Result<JsonElement>> ReadOptional(HttpRequest request, CancellationToken cancel) =>
        Read(request, isOptional: true, cancel);

    private async ValueTask<Result<JsonElement>> Read(HttpRequest request, bool isOptional, CancellationToken cancel)
    {
        if (request.ContentLength > maxBytes) return TooLarge;
        if (!isOptional && !request.HasJsonContentType()) return NoJson;
        var buffer = new byte[maxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        if (length > maxBytes) return TooLarge;
        if (isOptional && length == 0) return default(JsonElement);
        return request.HasJsonContentType() ? Parse(buffer.AsMemory(0, length)) : NoJson;
    }

    private Result<JsonElement> Parse(ReadOnlyMemory<byte> utf8)
    {
        // Before it is parsed: the search for names that stand twice reads them.
        if (!Utf8.IsValid(utf8.Span)) return NoJson;
        if (!WellFormed.Text(utf8.Span)) return BrokenText;
        try
        {
            using var document = JsonDocument.Parse(utf8, strict);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return NoJson;
        }
    }
}
