using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Http;

/// <summary>Reads a request's body up to the limit, and looks at its media type before that.</summary>
internal static class RequestBody
{
    public static async ValueTask<Result<ReadOnlyMemory<byte>>> Read(HttpRequest request, int limit, CancellationToken cancel)
    {
        if (!IsJson(request.ContentType)) return FhirRefusals.UnsupportedMedia;
        return await ReadBytes(request, limit, cancel);
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

    private static ReadOnlySpan<char> TypeOf(string? contentType)
    {
        var type = contentType.AsSpan();
        var end = type.IndexOf(';');
        return (end >= 0 ? type[..end] : type).Trim();
    }
}
