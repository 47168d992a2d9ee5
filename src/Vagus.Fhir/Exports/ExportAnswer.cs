using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Vagus.Fhir.Exports;

/// <summary>An answer about an export: a manifest, which is no FHIR resource, or how far it has come.</summary>
internal sealed record ExportAnswer(int Status) : IResult
{
    public JsonObject? Manifest { get; init; }

    public string? Progress { get; init; }

    public DateTimeOffset? Expires { get; init; }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.Headers.CacheControl = "no-store";
        if (Progress is not null)
        {
            response.Headers["X-Progress"] = Progress;
            // The work is done within the calls that ask after it: the next may come at once.
            response.Headers.RetryAfter = "1";
        }

        if (Expires is { } at) response.Headers.Expires = at.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
        if (Manifest is null) return;
        response.ContentType = "application/json";
        if (!HttpMethods.IsHead(httpContext.Request.Method)) await response.WriteAsync(Manifest.ToJsonString(), httpContext.RequestAborted);
    }
}
