using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Xml;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Http;

/// <summary>An answer of the FHIR API: status, JSON body, given in the format that is asked for, headers of R4 §3.1.0.</summary>
internal sealed record FhirResponse(int Status, ReadOnlyMemory<byte> Body) : IResult
{
    private const string Json = "application/fhir+json; charset=utf-8";
    private const string Xml = "application/fhir+xml; charset=utf-8";

    public string? ETag { get; init; }

    public DateTimeOffset? LastModified { get; init; }

    public string? Location { get; init; }

    /// <summary>The type of a body that is the content of a Binary; null for resources.</summary>
    public string? Media { get; init; }

    /// <inheritdoc cref="StoredResource.Notice"/>
    public string? Notice { get; init; }

    /// <summary>What the request turned out to be, where its address does not tell.</summary>
    public string? Action { get; init; }

    /// <summary>Where what was begun is asked after.</summary>
    public string? ContentLocation { get; init; }

    /// <summary>The methods that the address has (RFC 9110 §15.5.6); null where the answer is not about that.</summary>
    public string? Allow { get; init; }

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
        if (LastModified is { } at) Date(httpContext, at);
        if (Notice is not null) headers["X-Vagus-Redisclosure-Notice"] = Notice;
        if (Location is not null) headers.Location = Location;
        if (ContentLocation is not null) headers.ContentLocation = ContentLocation;
        if (Allow is not null) headers.Allow = Allow;
        if (Refusal?.Details?.TryGetValue(Refusal.RetryAfter, out var seconds) == true) headers.RetryAfter = seconds;
        // RFC 9110 §15.5.16: what encodings a body may have.
        if (Refusal == FhirRefusals.EncodedBody) headers.AcceptEncoding = "identity";
        if (Body.IsEmpty) return;
        var (body, media) = Formatted(Formats.Of(httpContext));
        headers.ContentType = media;
        if (Media is not null) Sandbox(headers);
        headers.ContentLength = body.Length;
        if (HttpMethods.IsHead(httpContext.Request.Method)) return;
        await response.BodyWriter.WriteAsync(body, httpContext.RequestAborted);
    }

    // RFC 9110 §8.8.2.1: never later than Date, which the server would take from a second ago.
    private static void Date(HttpContext http, DateTimeOffset modified)
    {
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        http.Response.Headers.LastModified = modified.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
        http.Response.Headers.Date = (now < modified ? modified : now).UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
    }

    private (ReadOnlyMemory<byte> Body, string Media) Formatted(AnswerFormat format)
    {
        if (Media is not null) return (Body, Media);
        var generic = format.Generic is { } asked ? $"{asked}; charset=utf-8" : null;
        var pretty = format.Named.IsPretty;
        if (format.IsXml) return (XmlWriting.ToXml(Body.Span, pretty), generic ?? Xml);
        return (pretty ? PrettyJson.Of(Body.Span) : Body, generic ?? Json);
    }

    // A content may be a page with scripts: it runs nothing, is no page of this origin, and is taken for nothing else than its type.
    private static void Sandbox(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentDisposition = "attachment";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
