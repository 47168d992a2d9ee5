using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Events;
using Vagus.Kernel;

namespace Vagus.Care.Publishing;

/// <summary>
/// <c>POST /api/events</c>: one CloudEvent or an array of them, as <c>application/cloudevents+json</c>, <c>-batch+json</c> or
/// <c>application/json</c>. Each gets an outcome of its own.
/// </summary>
internal sealed class PostEvents(PublishEvents publish)
{
    private const int MaxBytes = 8 * 1024 * 1024;
    private const string Json = "application/json";
    private static readonly string[] Media = [CloudEvent.ContentType, CloudEvent.BatchContentType, Json];
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    public static void Map(IEndpointRouteBuilder events) =>
        events.MapPost("/", (HttpContext http, PostEvents use) => use.Answer(http))
            .WithMetadata(new AcceptsEvents())
            .RequireCaller(Role.Service)
            .Audits(AuditActions.PublishEvents);

    private async Task<Results<Ok<PublishedEvents>, ProblemHttpResult>> Answer(HttpContext http)
    {
        var read = await Read(http.Request, http.RequestAborted);
        if (read.Refusal is { } unreadable) return unreadable.ToProblem();
        var done = await publish.Run(http.Caller(), AuditOrigin.Of(http), read.Value, http.RequestAborted);
        return done.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.Ok(new PublishedEvents(done.Value));
    }

    private static async ValueTask<Result<IReadOnlyList<CloudEventReading>>> Read(HttpRequest request, CancellationToken cancel)
    {
        var media = request.ContentType?.Split(';', 2)[0].Trim();
        if (!Media.Contains(media, StringComparer.OrdinalIgnoreCase)) return WrongMedia;
        if (request.ContentLength > MaxBytes) return TooLarge;
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int length; (length = await request.Body.ReadAsync(buffer, cancel)) > 0;)
        {
            if (body.Length + length > MaxBytes) return TooLarge;
            body.Write(buffer, 0, length);
        }

        try
        {
            using var document = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length), Options);
            return Entries(document.RootElement);
        }
        catch (JsonException)
        {
            return NoJson;
        }
    }

    private static Result<IReadOnlyList<CloudEventReading>> Entries(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Array) return new List<CloudEventReading> { ReadOne(root) };
        if (root.GetArrayLength() > PublishEvents.Most) return PublishEvents.TooMany;
        return root.EnumerateArray().Select(ReadOne).ToList();
    }

    // As it was sent: half of a surrogate pair in one event cannot be written, and must not refuse the others.
    private static CloudEventReading ReadOne(JsonElement element) => CloudEvent.Read(JsonMarshal.GetRawUtf8Value(element).ToArray());

    private static readonly Refusal WrongMedia = new(
        RefusalKind.Unsupported, "unsupported_media_type", $"Send {string.Join(", ", Media)}.");

    private static readonly Refusal NoJson = new(RefusalKind.Invalid, "invalid_request", "The body is not JSON.");

    private static readonly Refusal TooLarge = new(RefusalKind.TooLarge, "too_large", $"The body has at most {MaxBytes} bytes.");

    /// <summary>For the API description.</summary>
    private sealed class AcceptsEvents : IAcceptsMetadata
    {
        public IReadOnlyList<string> ContentTypes { get; } = Media;

        public Type? RequestType => typeof(JsonElement);

        public bool IsOptional => false;
    }
}

/// <summary>What became of each event, in the order in which they were sent.</summary>
internal sealed record PublishedEvents(IReadOnlyList<PublishedEvent> Results);
