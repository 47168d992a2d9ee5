using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Http;

/// <summary>An answer of the FHIR API: status, JSON body, and the headers of R4 §3.1.0.</summary>
internal sealed record FhirResponse(int Status, ReadOnlyMemory<byte> Body) : IResult
{
    public const string ContentType = "application/fhir+json; charset=utf-8";

    public string? ETag { get; init; }

    public DateTimeOffset? LastModified { get; init; }

    public string? Location { get; init; }

    /// <inheritdoc cref="StoredResource.Notice"/>
    public string? Notice { get; init; }

    /// <summary>What the request turned out to be, where its address does not tell.</summary>
    public string? Action { get; init; }

    /// <summary>What is answered instead of what was asked for; null where the answer is no refusal.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>The answer to a read: the resource with its version and time.</summary>
    public static FhirResponse Of(int status, StoredResource resource) =>
        new(status, resource.Body ?? ReadOnlyMemory<byte>.Empty) 
        {
            ETag = resource.ETag,
            LastModified = resource.UpdatedAt,
            Notice = resource.Notice,
        };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        var headers = response.Headers;
        // Proxies and browsers must not keep patient data.
        headers.CacheControl = "no-store";
        if (ETag is not null) headers.ETag = ETag;
        if (LastModified is { } at) headers.LastModified = at.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
        if (Notice is not null) headers["X-Vagus-Redisclosure-Notice"] = Notice;
        if (Location is not null) headers.Location = Location;
        if (Body.IsEmpty) return;
        headers.ContentType = ContentType;
        headers.ContentLength = Body.Length;
        if (HttpMethods.IsHead(httpContext.Request.Method)) return;
        await response.BodyWriter.WriteAsync(Body, httpContext.RequestAborted);
    }
}
