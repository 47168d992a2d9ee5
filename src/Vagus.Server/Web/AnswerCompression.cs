using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace Vagus.Server.Web;

/// <summary>
/// Compresses what the APIs answer (docs/decisions/0012). The files of the web apps are compressed when they are built, and Socket.IO has
/// rules of its own.
/// </summary>
internal static class AnswerCompression
{
    /// <summary>Answers that hold credentials stay as they are: their length may not tell how alike a secret and the rest are.</summary>
    private static readonly PathString[] Credentials = ["/api/auth", "/api/patient-portal/auth"];

    private static readonly PathString[] Apis = ["/fhir", "/api"];

    public static void AddAnswerCompression(this IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            // The bearer token is in a header and no cookie opens these paths, so no other site can make a browser ask for them (BREACH).
            options.EnableForHttps = true;
            options.MimeTypes = ["application/fhir+json", "application/json", "application/problem+json", "application/cloudevents+json"];
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        services.AddSingleton<IResponseCompressionProvider, LargeAnswers>();
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
    }

    public static void UseAnswerCompression(this IApplicationBuilder app) =>
        app.UseWhen(IsCompressed, compressed => compressed.UseResponseCompression());

    private static bool IsCompressed(HttpContext context) =>
        Apis.Any(api => IsBelow(context, api)) && !Credentials.Any(path => IsBelow(context, path));

    // As routes are matched: without regard to case.
    private static bool IsBelow(HttpContext context, PathString path) =>
        context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase);

    /// <summary>An answer that fits into one packet is not worth compressing.</summary>
    private sealed class LargeAnswers(IServiceProvider services, IOptions<ResponseCompressionOptions> options)
        : ResponseCompressionProvider(services, options)
    {
        private const int WorthwhileBytes = 1024;

        public override bool ShouldCompressResponse(HttpContext context) =>
            context.Response.ContentLength is not < WorthwhileBytes && base.ShouldCompressResponse(context);
    }
}
