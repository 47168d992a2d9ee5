using System.Buffers.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Http;

/// <summary>
/// The content of a Binary in its own type (R4 §5.3.2): read by an <c>Accept</c> that names it, written by a body that is no FHIR. What a
/// client stored is never a page of this origin: it comes sandboxed, as an attachment, in no other type than its own.
/// </summary>
internal static class BinaryContent
{
    private const string Type = "Binary";
    private const int LongestType = 255;

    public static readonly Refusal UnsupportedContext = FhirRefusals.NotSupported(
        "X-Security-Context is not supported: access to a Binary follows its own labels. Send the Binary as a resource with them in meta.security.");

    /// <summary>Whether the request may be one for content: of a Binary, by an Accept that FHIR's own formats do not meet.</summary>
    public static bool IsAskedFor(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && IsOfBinary(request)
        && request.RouteValues.ContainsKey("id") && !Formats.IsNamed(request) && request.Headers.Accept.Count > 0;

    /// <summary>Whether the body is a content, and no resource.</summary>
    public static bool IsSent(HttpRequest request, string type) =>
        type == Type && MediaTypeHeaderValue.TryParse(request.ContentType, out var media)
        && !JsonFormat.MediaTypes.Concat(XmlFormat.MediaTypes)
            .Any(fhir => media.MediaType.Equals(fhir, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Whether the client wants another resource to decide about the access to the content (R4 §5.3.2). None does here: a client that is
    /// told so labels the Binary, one that is not would believe it hidden.
    /// </summary>
    public static bool NamesContext(HttpRequest request, string type) => type == Type && request.Headers.ContainsKey("X-Security-Context");

    /// <summary>
    /// The content where the client asks for it by name, and prefers it to FHIR's formats; null where the resource is the answer; a refusal
    /// where neither is acceptable.
    /// </summary>
    public static Result<FhirResponse>? Of(HttpRequest request, StoredResource stored)
    {
        if (stored.Type != Type || !IsAskedFor(request) || stored.Body is not { } body) return null;
        var resource = StoredBody.Read(body);
        var media = PropertyText.Of(resource, "contentType"u8);
        var wanted = media is not null && Names(request, media);
        if (!wanted && Formats.IsAcceptable(request)) return null;
        if (!wanted) return FhirRefusals.NotAcceptable;
        var data = resource.TryGetProperty("data"u8, out var text) && text.TryGetBytesFromBase64(out var bytes) ? bytes : [];
        return FhirResponse.Of(StatusCodes.Status200OK, stored) with { Body = data, Media = media };
    }

    /// <summary>The Binary of a body in its own type, as JSON.</summary>
    public static byte[] ToResource(HttpRequest request, ReadOnlyMemory<byte> content, string? id)
    {
        using var buffer = new MemoryStream(Base64.GetMaxEncodedToUtf8Length(content.Length) + 256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("resourceType"u8, Type);
            if (id is not null) writer.WriteString("id"u8, id);
            writer.WriteString("contentType"u8, request.ContentType is { Length: <= LongestType } media ? media : "application/octet-stream");
            if (!content.IsEmpty) writer.WriteBase64String("data"u8, content.Span);
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static bool IsOfBinary(HttpRequest request) => request.RouteValues["type"] as string == Type;

    // */* is FHIR's own format: a content is given to those who name it, or its kind.
    private static bool Names(HttpRequest request, string media) =>
        MediaTypeHeaderValue.TryParse(media, out var own) && MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var ranges)
        && ranges.Any(range => !range.MatchesAllTypes && range.Quality is not 0
            && (range.MediaType.Equals(own.MediaType, StringComparison.OrdinalIgnoreCase)
                || (range.MatchesAllSubTypes && range.Type.Equals(own.Type, StringComparison.OrdinalIgnoreCase)
                    && !Formats.IsAcceptable(request))));
}
