using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Vagus.Fhir.R4.Xml;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Http;

/// <summary>Reads a request's body up to the limit, and looks at its media type before that.</summary>
internal static class RequestBody
{
    public static async ValueTask<Result<ReadOnlyMemory<byte>>> Read(HttpRequest request, int limit, CancellationToken cancel)
    {
        var isXml = IsXml(request.ContentType);
        if ((!isXml && !IsJson(request.ContentType)) || !IsOurs(request.ContentType)) return FhirRefusals.UnsupportedMedia;
        var body = await ReadBytes(request, limit, cancel);
        if (!isXml || body.IsRefused) return body;
        // What is stored is JSON, whatever came in.
        var json = XmlReading.ToJson(body.Value);
        return json.Refusal is { } malformed ? malformed : (ReadOnlyMemory<byte>)json.Value;
    }

    /// <summary>The resource of a create or update; of a Binary its content, too, which becomes one.</summary>
    public static async ValueTask<Result<ReadOnlyMemory<byte>>> ReadResource(
        HttpRequest request, string type, string? id, int limit, CancellationToken cancel)
    {
        if (BinaryContent.NamesContext(request, type)) return BinaryContent.UnsupportedContext;
        if (!BinaryContent.IsSent(request, type)) return await Read(request, limit, cancel);
        // As base64 it must not be larger than any other resource.
        var content = await ReadBytes(request, limit / 4 * 3, cancel);
        return content.IsRefused ? content : (ReadOnlyMemory<byte>)BinaryContent.ToResource(request, content.Value, id);
    }

    /// <summary>A JSON Patch, or a resource.</summary>
    public static ValueTask<Result<ReadOnlyMemory<byte>>> ReadPatch(HttpRequest request, int limit, CancellationToken cancel) =>
        TypeOf(request.ContentType).Equals("application/json-patch+json", StringComparison.OrdinalIgnoreCase)
            ? ReadBytes(request, limit, cancel) : Read(request, limit, cancel);

    private static async ValueTask<Result<ReadOnlyMemory<byte>>> ReadBytes(HttpRequest request, int limit, CancellationToken cancel)
    {
        if (request.Headers.ContentEncoding.Count > 0) return FhirRefusals.EncodedBody;
        // Our own limit answers with an OperationOutcome; the server's would tear the connection while the client still sends.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = null;
        if (request.ContentLength > limit) return FhirRefusals.TooLarge(limit);

        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancel);
            if (read.Buffer.Length > limit)
            {
                reader.AdvanceTo(read.Buffer.End);
                return FhirRefusals.TooLarge(limit);
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return (ReadOnlyMemory<byte>)body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static bool IsJson(string? contentType)
    {
        if (contentType is null) return true;
        var type = TypeOf(contentType);
        return type.Equals("application/fhir+json", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/json+fhir", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsXml(string? contentType)
    {
        var type = TypeOf(contentType).ToString();
        return XmlFormat.MediaTypes.Contains(type, StringComparer.OrdinalIgnoreCase);
    }

    // What comes is read as UTF-8 and as R4, whatever it says that it is.
    private static bool IsOurs(string? contentType) => !MediaTypeHeaderValue.TryParse(contentType, out var type)
        || (JsonFormat.IsR4(type) && (type.Charset.Length == 0 || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            || type.Charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase)));

    private static ReadOnlySpan<char> TypeOf(string? contentType)
    {
        var type = contentType.AsSpan();
        var end = type.IndexOf(';');
        return (end >= 0 ? type[..end] : type).Trim();
    }
}
